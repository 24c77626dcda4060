import type { JobValueView } from '@drover/contract';
import { useMemo } from 'react';
import { prettyJson } from '../../models/job-form';
import { formatBytes } from '../../models/jobs';
import { Panel } from '../../ui/panel';
import { Empty, QueryError } from '../../ui/panel-states';
import { JsonView, TextButtons } from './json-view';

export interface ValuePanelProps {
  title: string;
  /** As the job's page has it: cut where it is large. */
  view: JobValueView;
  /** The whole of one that was cut, once it is asked for. */
  whole: { view: JobValueView | undefined; error: Error | null; loading: boolean };
  onWhole: () => void;
  /** What it means that there is none. */
  none: string;
  fileName: string;
}

/** A value of a job. A large one is fetched when it is asked for. */
export function ValuePanel({ title, view, whole, onWhole, none, fileName }: ValuePanelProps) {
  const shown = view.cut ? whole.view : view;
  const text = useMemo(
    () => (shown === undefined || shown.cut || shown.bytes === 0 ? undefined : prettyJson(shown.value)),
    [shown],
  );
  return (
    <Panel
      title={title}
      meta={view.bytes === 0 ? undefined : formatBytes(view.bytes)}
      actions={text !== undefined && <TextButtons what={title.toLowerCase()} text={text} fileName={fileName} />}
    >
      {view.bytes === 0 && <p className="job-none">{none}</p>}
      {text !== undefined && <JsonView label={title} text={text} />}
      {view.cut && text === undefined && !whole.error && (
        <Empty title={`${formatBytes(view.bytes)}: too large to be shown at once.`}>
          <button type="button" className="btn btn-sm" disabled={whole.loading} onClick={onWhole}>
            {whole.loading ? 'Fetching…' : `Fetch all ${formatBytes(view.bytes)}`}
          </button>
        </Empty>
      )}
      {view.cut && whole.error && <QueryError error={whole.error} onRetry={onWhole} />}
    </Panel>
  );
}
