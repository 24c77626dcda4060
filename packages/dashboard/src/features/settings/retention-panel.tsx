import { Panel } from '../../ui/panel';

/** How long what is kept; the store's own figures. */
const kept: readonly (readonly [string, string])[] = [
  ['Metrics by 10 seconds', '2 hours'],
  ['Metrics by the minute', '48 hours'],
  ['Metrics by 10 minutes', '30 days'],
  ["A worker's memory history", '24 hours'],
  ['Resolved alerts', '30 days'],
  ['Recycles', '30 days'],
];

export function RetentionPanel() {
  return (
    <Panel title="Retention" footer="Longer ranges are drawn from the coarser points.">
      <dl className="settings-facts">
        {kept.map(([what, howLong]) => (
          <div key={what} className="contents">
            <dt>{what}</dt>
            <dd>{howLong}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
