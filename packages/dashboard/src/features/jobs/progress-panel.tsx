import type { JobValueView } from '@drover/contract';
import { formatPercent } from '../../models/format';
import { prettyJson } from '../../models/job-form';
import { formatBytes } from '../../models/jobs';
import { Panel } from '../../ui/panel';
import { JsonView } from './json-view';

/** How far the handler says that it is: a bar for a percentage, else whatever it told. */
export function ProgressPanel({ progress: { value, bytes, cut } }: { progress: JobValueView }) {
  const isPercent = typeof value === 'number' && value >= 0 && value <= 100;
  return (
    <Panel title="Progress" meta={isPercent ? formatPercent(value) : undefined}>
      {isPercent ? (
        <div className="job-bar">
          <progress className="operation-bar" max={100} value={value} aria-label="Progress" />
        </div>
      ) : cut ? (
        <p className="job-none">{formatBytes(bytes)}: too large to be shown.</p>
      ) : (
        <JsonView label="Progress" text={prettyJson(value)} />
      )}
    </Panel>
  );
}
