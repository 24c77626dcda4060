import type { ChartSpec } from '../models/chart-spec';
import type { ChartTable } from '../models/chart-summary';
import { formatInstant, unknownMark } from '../models/format';

/** Rows past this are only in the export: a table of a thousand rows is nobody's reading. */
const shownRows = 200;

/** The chart's numbers, newest first. */
export function ChartTableView({ spec, table, height }: { spec: ChartSpec; table: ChartTable; height: number }) {
  const rows = table.rows.toReversed().slice(0, shownRows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className="chart-table" style={{ height }} tabIndex={0} aria-label={`${spec.title} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {table.columns.map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ timeMs, values }) => (
            <tr key={timeMs}>
              <td>{formatInstant(timeMs)}</td>
              {values.map((value, index) => (
                <td key={table.columns[index]} className="num">
                  {value === null ? unknownMark : spec.format(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > shownRows && (
        <p className="line-2 p-2">
          The newest {shownRows} of {table.rows.length}. The export has all.
        </p>
      )}
    </section>
  );
}
