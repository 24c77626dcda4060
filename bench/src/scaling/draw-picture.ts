/**
 * Draws docs/images/autoscaling.svg from a simulated flash sale:
 * `node --conditions=drover-source --import tsx bench/src/scaling/draw-picture.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { basePolicy, simulatePolicy } from '@drover/core';
import { places } from './play-shape.js';
import { shapes, traceOf } from './shapes.js';

const [place] = places;
const sale = shapes.find(({ name }) => name === 'flash-sale');
if (!place || !sale) throw new Error('The flash sale or its place is gone from the benchmark.');
const { startUpMs, objectiveMs } = place;
const policy = { ...basePolicy({ minWorkers: 1, maxWorkers: 60 }), objective: { waitMs: objectiveMs } };
const { series } = simulatePolicy({ trace: traceOf(sale, 1, 1), service: sale.service, policy, startUpMs, seed: 5 });

const from = Math.round(3_000_000 / series.stepMs);
const to = Math.round(5_400_000 / series.stepMs);
const times = Array.from({ length: to - from }, (_, index) => (from + index) * series.stepMs);
const [width, left, right] = [720, 56, 16];
const x = (atMs: number) => left + ((atMs - (times[0] ?? 0)) / 2_400_000) * (width - left - right);

function panel(title: string, top: number, most: number, unit: string, lines: readonly Line[]): string {
  const y = (value: number) => top + 110 - (Math.min(value, most) / most) * 100;
  const drawn = lines.map(({ name, colour, values, dashed }, index) => {
    const points = values.map((value, at) => `${x(times[at] ?? 0).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const label = `<text x="${left + 8 + index * 170}" y="${top - 6}" fill="${colour}">${name}</text>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.6"${dashed ? ' stroke-dasharray="5 4"' : ''} points="${points}"/>${label}`;
  });
  const axis = [0, most / 2, most].map(
    (value) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#8884"/><text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${value}${unit}</text>`,
  );
  return `<g><title>${title}</title>${axis.join('')}${drawn.join('')}</g>`;
}

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
  readonly dashed?: boolean;
}

const cut = (values: readonly number[]) => values.slice(from, to);
const panels = [
  panel('Workers', 30, 40, '', [
    {
      name: 'workers that jobs keep busy',
      colour: '#888888',
      values: times.map((atMs) => sale.load(atMs)),
      dashed: true,
    },
    { name: '     workers asked for', colour: '#2563eb', values: cut(series.wantedWorkers) },
    { name: 'workers ready', colour: '#16a34a', values: cut(series.readyWorkers) },
  ]),
  panel('Waits', 180, 60, ' s', [
    { name: 'longest wait', colour: '#dc2626', values: cut(series.waitMs).map((waitMs) => waitMs / 1_000) },
    { name: 'objective', colour: '#888888', values: times.map(() => objectiveMs / 1_000), dashed: true },
  ]),
];
const minutes = [0, 10, 20, 30, 40].map(
  (minute) => `<text x="${x((times[0] ?? 0) + minute * 60_000)}" y="312" text-anchor="middle">${minute} min</text>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 320" font-family="sans-serif" font-size="12" fill="#777777" role="img" aria-label="A flash sale: workers asked for, workers ready, and how long jobs wait">
${panels.join('\n')}
${minutes.join('')}
</svg>
`;
const file = fileURLToPath(new URL('../../../docs/images/autoscaling.svg', import.meta.url));

writeFileSync(file, svg);
