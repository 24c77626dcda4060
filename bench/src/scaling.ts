/**
 * The scaler's proof: `npm run bench -- scaling`. Our decision and the published algorithms over
 * synthetic loads in three places, played through the simulator of the what-if. Fails, and leaves
 * the committed result alone, when one of our figures got worse than it by more than noise.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, round, type Target, writeResult } from './result.js';
import { type Summary, summarise, worsened } from './scaling/compare-scores.js';
import { measureSpeed } from './scaling/measure-speed.js';
import { places, playShape } from './scaling/play-shape.js';
import { shapes } from './scaling/shapes.js';

const scores = places.flatMap((place) => shapes.flatMap((shape) => playShape(shape, place)));
const summary = summarise(scores);

for (const { name } of places) {
  console.log(
    `\n${name}: cost of the jobs' own time · % over the objective · turns an hour; kept on, of ${shapes.length}`,
  );
  for (const row of summary.filter(({ place }) => place === name)) {
    const figures = `${row.cost.toFixed(2)} · ${row.missPercent.toFixed(1)} · ${row.flipsPerHour.toFixed(1)}`;
    console.log(`  ${row.algorithm.padEnd(14)}${figures.padEnd(24)}${row.kept}`);
  }
}

const worse = worsened(summary, committed());
if (worse.length > 0) {
  console.error(`\nWorse than bench/results/scaling.json:\n  ${worse.join('\n  ')}`);
  process.exitCode = 1;
} else {
  const targets: Target[] = places.flatMap(({ name }) => {
    const ours = scores.filter(({ place, algorithm }) => place === name && algorithm === 'drover');
    return [
      {
        name: `${name}: median % over the objective`,
        value: median(ours.map((run) => run.missPercent)),
        limit: 1,
        is: 'atMost',
      },
      {
        name: `${name}: shapes kept more cheaply than by any other`,
        value: cheapest(name),
        limit: 10,
        is: 'atLeast',
      },
    ];
  });
  const speed = measureSpeed();
  targets.push(
    { name: 'a decision, µs', value: speed.decisionMicroseconds, limit: 50, is: 'atMost' },
    { name: 'a simulated day, s', value: speed.simulatedDaySeconds, limit: 2, is: 'atMost' },
  );
  const rounded = scores.map((score) => ({
    ...score,
    cost: round(score.cost),
    missPercent: round(score.missPercent),
    flipsPerHour: round(score.flipsPerHour),
  }));
  writeResult('scaling', targets, { summary, speed, scores: rounded });
}

/** On how many shapes our run keeps the objective (1 %), and costs less than every other that does. */
function cheapest(placeName: string): number {
  const here = scores.filter(({ place }) => place === placeName);
  return shapes.filter(({ name }) => {
    const [ours, ...others] = here.filter(({ shape }) => shape === name);
    const keeping = others.filter(({ missPercent }) => missPercent <= 1);
    return ours !== undefined && ours.missPercent <= 1 && keeping.every(({ cost }) => cost > ours.cost);
  }).length;
}

function committed(): readonly Summary[] {
  try {
    const file = fileURLToPath(new URL('../results/scaling.json', import.meta.url));
    const result: { readonly figures: { readonly summary: readonly Summary[] } } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    return result.figures.summary;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
