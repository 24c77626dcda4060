import type { JobPlace, JobSummary } from '@drover/contract';
import { ArrowUpToLine, CircleStop, type LucideIcon, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { plural } from '../../models/format';
import { type JobActionKind, jobActions, jobsFor } from '../../models/job-actions';
import { jobPath } from '../../models/jobs';
import { navigate, useAppLocation, withRange } from '../../router/location';
import { DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { jobColumns } from './job-columns';

export interface JobTableProps {
  caption: string;
  jobs: readonly JobSummary[];
  nowMs: number;
  state: JobPlace | undefined;
  withQueue: boolean;
  /** Changes with what is listed, and not with what happens to it. */
  orderKey: string;
  /** Asks, then does it. */
  onAct: (kind: JobActionKind, jobs: readonly JobSummary[]) => void;
}

export const actionIcons: Record<JobActionKind, LucideIcon> = {
  retry: RotateCcw,
  promote: ArrowUpToLine,
  remove: Trash2,
  cancel: CircleStop,
};

/** Jobs to open, or to choose and act on. Those chosen stay chosen while the list moves. */
export function JobTable({ caption, jobs, nowMs, state, withQueue, orderKey, onAct }: JobTableProps) {
  const { params } = useAppLocation();
  const [chosen, setChosen] = useState<{ of: string; keys: ReadonlySet<string> }>({ of: orderKey, keys: new Set() });
  const keys = chosen.of === orderKey ? chosen.keys : new Set<string>();
  const rows = jobs.filter((job) => keys.has(jobPath(job)));
  return (
    <>
      {rows.length > 0 && (
        <section className="selection-bar" aria-label="Chosen jobs">
          <span role="status">{plural(rows.length, 'job')} chosen</span>
          {(Object.keys(jobActions) as JobActionKind[]).map((kind) => {
            const able = jobsFor(kind, rows);
            if (able.length === 0) return null;
            return (
              <button key={kind} type="button" className="btn btn-sm" onClick={() => onAct(kind, able)}>
                <Icon icon={actionIcons[kind]} small />
                {jobActions[kind].verb}
                {able.length < rows.length && ` ${able.length} of them`}…
              </button>
            );
          })}
          <button
            type="button"
            className="btn btn-sm btn-ghost"
            onClick={() => setChosen({ of: orderKey, keys: new Set() })}
          >
            Choose none
          </button>
        </section>
      )}
      <DataTable
        caption={caption}
        columns={jobColumns({ nowMs, state, withQueue })}
        rows={jobs}
        rowKey={jobPath}
        rowName={({ name, jobId }) => `${name}, ${jobId}`}
        orderKey={orderKey}
        selection={{ selected: keys, onChange: (next) => setChosen({ of: orderKey, keys: next }) }}
        onOpen={(job) => navigate(withRange(jobPath(job), params))}
      />
    </>
  );
}
