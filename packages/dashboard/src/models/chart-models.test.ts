import { describe, expect, it } from 'vitest';
import { issue, ms, queue } from '../../testing/queues.js';
import { niceAxis } from './axis.js';
import { limitLines, queueCharts } from './chart-spec.js';
import { chartSummary, chartTable, exportOfChart } from './chart-summary.js';
import { exportAsCsv, exportAsJson } from './table-export.js';

const charts = queueCharts(41_200, 848_000);
const chart = (key: string) => {
  const found = charts.find((spec) => spec.key === key);
  if (!found) throw new Error(`There is no chart ${key}.`);
  return found;
};

describe('an axis from 0', () => {
  it.each([
    [0, 1],
    [9, 10],
    [174, 200],
    [1_842, 2_000],
    [44_000, 60_000],
  ])('to %d ends at %d', (max, top) => expect(niceAxis(max).top).toBe(top));

  it('has whole steps for what is counted', () => expect(niceAxis(3, true)).toEqual({ top: 3, step: 1 }));
});

describe('the charts of a queue', () => {
  it('choose the unit of time by what they show', () => {
    expect(chart('processing').unit).toBe('seconds');
    expect(chart('oldest').unit).toBe('minutes');
    expect(queueCharts(800, 800).find(({ key }) => key === 'processing')?.unit).toBe('ms');
  });

  it('draw a limit that is broken, with its words', () => {
    const ill = queue('a', { issues: [issue('critical', { kind: 'oldest_waiting', value: 848_000, limit: 300_000 })] });
    expect(limitLines(chart('oldest'), ill)).toEqual([{ value: 300_000, label: 'Limit 5 min', severity: 'critical' }]);
    expect(limitLines(chart('oldest'), queue('a'))).toEqual([]);
  });
});

describe('a chart in words and tables', () => {
  const series = [
    { label: 'Finished', values: [90, null, 96] },
    { label: 'Arriving', values: [null, null, null] },
  ];
  const table = chartTable([0, 10, 20].map(ms), series);

  it('tells the newest, the lowest and the highest, and what is unknown', () => {
    expect(chartSummary(chart('throughput'), series)).toBe(
      'Throughput, jobs/min. Finished: now 96, between 90 and 96. Arriving: unknown.',
    );
  });

  it('leaves an unknown field of a CSV empty', () => {
    expect(exportAsCsv(exportOfChart(table)).split('\r\n').slice(0, 3)).toEqual([
      'time,Finished,Arriving',
      '2026-11-23T14:00:00.000Z,90,',
      '2026-11-23T14:00:10.000Z,,',
    ]);
  });

  it('quotes names, and defuses those that a spreadsheet would run', () => {
    const [head] = exportAsCsv(exportOfChart({ columns: ['a,"b"', '=1+1'], rows: [] })).split('\r\n');
    expect(head).toBe(`time,"a,""b""",'=1+1`);
  });

  it('writes null for the unknown in JSON', () => {
    expect(JSON.parse(exportAsJson(exportOfChart(table)))[1]).toEqual({
      time: '2026-11-23T14:00:10.000Z',
      Finished: null,
      Arriving: null,
    });
  });
});
