import { describe, expect, it } from 'vitest';
import { exportAsCsv, exportAsJson } from './table-export.js';

const table = {
  columns: ['worker', 'since', 'cpu', 'due'],
  rows: [
    ['w,"1"', new Date('2026-11-23T14:00:00Z'), 12.5, false],
    ['=cmd()', undefined, null, true],
  ],
};

describe('a table in a file', () => {
  it('keeps commas, quotes and instants, leaves the unknown empty, and defuses formulas', () => {
    expect(exportAsCsv(table).split('\r\n')).toEqual([
      'worker,since,cpu,due',
      '"w,""1""",2026-11-23T14:00:00.000Z,12.5,false',
      "'=cmd(),,,true",
      '',
    ]);
  });

  it('has null for the unknown in JSON', () => {
    expect(JSON.parse(exportAsJson(table))[1]).toEqual({ worker: '=cmd()', since: null, cpu: null, due: true });
  });
});
