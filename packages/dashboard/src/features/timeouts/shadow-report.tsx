import type { ExecutionStatsResponse, QueueTimeout } from '@drover/contract';
import { formatCount, formatDurationLimit, formatInstant } from '../../models/format';
import { shadowReport, shareOver, timeoutMode } from '../../models/timeouts';
import { DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Panel } from '../../ui/panel';
import { Empty } from '../../ui/panel-states';

export interface ShadowReportProps {
  queueName: string;
  timeout: QueueTimeout;
  stats: ExecutionStatsResponse | undefined;
}

/** What the timeouts did or would have done since they were last changed, job name by job name. */
export function ShadowReport({ queueName, timeout, stats }: ShadowReportProps) {
  const rows = shadowReport(timeout);
  const share = shareOver(stats?.histogram, timeout.timeout);
  const since = timeout.activity?.since;
  const mode = timeoutMode(timeout);
  return (
    <Panel
      title="What the timeouts do"
      meta={since && `since ${formatInstant(since)}`}
      actions={rows.length > 0 && <ExportMenu name={`timeouts-${queueName}`} table={() => exportOf(rows)} />}
      footer={share && `${share} of the jobs above ran longer than ${formatDurationLimit(timeout.timeout)}.`}
    >
      {rows.length === 0 ? (
        <Empty title={mode === 'off' ? 'Jobs of this queue have no timeout.' : 'No job came near its timeout.'}>
          {mode === 'on'
            ? 'Switch to shadow before you lower a timeout: it counts what would have been ended, and ends nothing.'
            : 'In shadow mode, what would have been ended is counted here by the name of the job.'}
        </Empty>
      ) : (
        <DataTable
          caption="Timeouts by job name"
          rows={rows}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', label: 'Job name', role: 'title', cell: ({ name }) => (name === '*' ? 'all others' : name) },
            {
              key: 'timeout',
              label: 'Timeout',
              numeric: true,
              cell: ({ timeoutMs, adaptive }) => (
                <span title={adaptive ? 'Learned from its durations' : 'The queue’s own'}>
                  {formatDurationLimit(timeoutMs)}
                </span>
              ),
            },
            { key: 'soft', label: 'Warned', numeric: true, cell: ({ soft }) => formatCount(soft) },
            {
              key: 'would',
              label: 'Would have ended',
              numeric: true,
              cell: ({ wouldHaveTimedOut }) => (
                <span className={wouldHaveTimedOut > 0 ? 'text-warning' : ''}>{formatCount(wouldHaveTimedOut)}</span>
              ),
            },
            {
              key: 'abandoned',
              label: 'Left running',
              numeric: true,
              cell: ({ abandoned }) => (
                <span className={abandoned > 0 ? 'text-critical' : ''}>{formatCount(abandoned)}</span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function exportOf(rows: ReturnType<typeof shadowReport>) {
  return {
    columns: ['job', 'timeoutMs', 'adaptive', 'soft', 'wouldHaveTimedOut', 'abandoned'],
    rows: rows.map((row) => [row.name, row.timeoutMs, row.adaptive, row.soft, row.wouldHaveTimedOut, row.abandoned]),
  };
}
