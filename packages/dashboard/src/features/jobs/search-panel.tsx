import type { JobPlace, JobSummary } from '@drover/contract';
import type { JobSearchState, RunningJobSearch } from '@drover/react';
import { RefreshCw } from 'lucide-react';
import { formatCount, formatRoughly, plural } from '../../models/format';
import { type JobActionKind, jobActions } from '../../models/job-actions';
import { noFilterParams } from '../../models/jobs-view';
import { setParams } from '../../router/location';
import { IconButton } from '../../ui/button';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, PanelError, Skeleton } from '../../ui/panel-states';
import { jobExport } from './job-export';
import { actionIcons, JobTable } from './job-table';
import { StateBar } from './jobs-panel';

export interface SearchPanelProps {
  search: RunningJobSearch;
  /** What is looked for, in words. */
  words: string;
  /** Changes with what is looked for. */
  searchKey: string;
  queueName: string | undefined;
  state: JobPlace | undefined;
  order: 'newest' | 'oldest';
  nowMs: number;
  onAct: (kind: JobActionKind, jobs: readonly JobSummary[]) => void;
  /** Asks for everything that matches, found already or not. */
  onActOnAll: (kind: BulkJobKind) => void;
}

export type BulkJobKind = Exclude<JobActionKind, 'cancel'>;
const bulkKinds = ['retry', 'promote', 'remove'] as const satisfies readonly BulkJobKind[];

/** Jobs that match: the first as soon as they are found, with how far the search is. */
export function SearchPanel(props: SearchPanelProps) {
  const { search, words, searchKey, queueName, state, order, nowMs, onAct, onActOnAll } = props;
  const { phase, hits, examined, total, skipped, error, atMs } = search;
  return (
    <Panel
      title="Jobs found"
      meta={`${queueName ?? 'every queue'}, ${words}`}
      actions={
        <>
          {phase !== 'searching' && <IconButton icon={RefreshCw} label="Search again" small onClick={search.again} />}
          {hits.length > 0 && <ExportMenu name="jobs-found" table={() => jobExport(hits)} />}
        </>
      }
    >
      <StateBar state={state} order={order} counts={undefined} withAny />
      <div className="search-progress">
        <progress
          className="operation-bar"
          aria-label="Looked through"
          max={Math.max(1, total ?? 1)}
          value={phase === 'done' ? Math.max(1, total ?? 1) : examined}
        />
        <span className="search-words">
          {progressWords(search)}
          {skipped > 0 && ` ${plural(skipped, 'job')} with values above 256 KB could not be looked into.`}
          {phase !== 'searching' && nowMs - atMs > 60_000 && ` As of ${formatRoughly(nowMs - atMs)} ago.`}
        </span>
        {/* Told at the end only: each slice would be a word a quarter of a second. */}
        <span className="sr-only" role="status">
          {phase === 'searching' ? '' : progressWords(search)}
        </span>
        {phase === 'searching' ? (
          <button type="button" className="btn btn-sm" onClick={search.cancel}>
            Stop
          </button>
        ) : (
          (phase === 'held' || phase === 'cancelled') && (
            <button type="button" className="btn btn-sm" onClick={search.goOn}>
              {phase === 'held' ? 'Find more' : 'Go on'}
            </button>
          )
        )}
      </div>
      {hits.length > 0 && (
        <section className="selection-bar" aria-label="Everything that matches">
          <span>Everything that matches:</span>
          {bulkKinds
            .filter((kind) => jobActions[kind].from.some((from) => state === undefined || state === from))
            .map((kind) => (
              <button key={kind} type="button" className="btn btn-sm" onClick={() => onActOnAll(kind)}>
                <Icon icon={actionIcons[kind]} small />
                {jobActions[kind].verb} all…
              </button>
            ))}
        </section>
      )}
      {phase === 'failed' && error && (
        <PanelError message={`The search broke off: ${error.message}`} onRetry={search.goOn} />
      )}
      {hits.length === 0 && phase === 'searching' && <Skeleton className="m-3 h-40 opacity-50" />}
      {hits.length === 0 && phase === 'done' && (
        <Empty title="No job matches.">
          <p>
            {total === 0
              ? 'There is no job in these states at all.'
              : `All ${formatCount(examined)} jobs were looked at, as they are shown to you: hidden values match nothing.`}
          </p>
          <p className="empty-actions">
            {state !== undefined && (
              <button type="button" className="btn btn-sm" onClick={() => setParams({ state: undefined })}>
                In any state
              </button>
            )}
            {queueName !== undefined && (
              <button type="button" className="btn btn-sm" onClick={() => setParams({ queue: undefined })}>
                In every queue
              </button>
            )}
            <button type="button" className="btn btn-sm" onClick={() => setParams(noFilterParams)}>
              Clear the filter
            </button>
          </p>
        </Empty>
      )}
      {hits.length > 0 && (
        <JobTable
          caption="Jobs found"
          jobs={hits}
          withQueue={queueName === undefined}
          orderKey={searchKey}
          {...{ nowMs, state, onAct }}
        />
      )}
    </Panel>
  );
}

function progressWords({ phase, hits, examined, total }: JobSearchState): string {
  const found = hits.length === 0 ? 'nothing yet' : plural(hits.length, 'job');
  if (total === undefined) return phase === 'searching' ? 'Searching…' : 'Not searched yet.';
  const looked = `${formatCount(Math.min(examined, total))} of ${plural(total, 'job')} looked at`;
  switch (phase) {
    case 'searching':
      return `${found} found, ${looked}…`;
    case 'held':
      return `${found} found so far, ${looked}.`;
    case 'done':
      return `${hits.length === 0 ? 'Nothing' : found} found, all ${plural(Math.max(examined, total), 'job')} looked at.`;
    case 'cancelled':
      return `Stopped: ${found} found, ${looked}.`;
    case 'failed':
      return `${found} found, ${looked}.`;
  }
}
