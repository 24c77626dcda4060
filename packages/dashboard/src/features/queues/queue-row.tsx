import type { QueueHealthStatus } from '@drover/contract';
import { memo, useRef } from 'react';
import { issueText, known, severityOf, shownStatus } from '../../models/health';
import { runningWorkers } from '../../models/queue-rows';
import type { Series } from '../../models/sparkline';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Checkbox } from '../../ui/checkbox';
import { Sparkline, type SparklineTone } from '../../ui/sparkline';
import { Status } from '../../ui/status';
import { figureCell, figureColumns } from './queue-columns';

export interface QueueRowProps {
  queue: QueueHealthStatus;
  /** Place among all rows, for screen readers: not all are in the page. */
  index: number;
  waiting: Series | undefined;
  /** Given while queues are chosen for an operation. */
  selected?: boolean | undefined;
  onSelect?: ((queueName: string, selected: boolean, range: boolean) => void) | undefined;
}

const tones: Record<string, SparklineTone> = { critical: 'critical', warning: 'warning' };

/** Memoised: a tick that leaves a queue as it was leaves its row as it is. */
export const QueueRow = memo(function QueueRow({ queue, index, waiting, selected = false, onSelect }: QueueRowProps) {
  const range = useRef(false);
  const status = shownStatus(queue);
  const issues = issueText(queue);
  return (
    <tr className="qrow" data-index={index} aria-rowindex={index + 2}>
      <td className="c-status">
        {onSelect && (
          <Checkbox
            label={`Select ${queue.queueName}`}
            hideLabel
            checked={selected}
            onClick={(event) => {
              range.current = event.shiftKey;
            }}
            onChange={(checked) => onSelect(queue.queueName, checked, range.current)}
          />
        )}
        <Status status={status} />
      </td>
      <td className="c-name">
        <Link className="name ellipsis" to={queuePath(queue.queueName)} title={queue.queueName}>
          {queue.queueName}
        </Link>
      </td>
      <td className={`ellipsis ${issues ? 'what' : 'what what-none'}`} title={issues}>
        {issues ?? 'No issues'}
      </td>
      {figureColumns.map((column) => {
        const { text, title, className } = figureCell(queue, column);
        const card = column.cardLabel ? 'figure' : '';
        return (
          <td
            key={column.key}
            className={`num h-${column.key} ${card} ${className}`}
            data-label={column.cardLabel}
            title={title}
          >
            {text}
          </td>
        );
      })}
      <td className="h-spark">
        <Sparkline series={upToNow(waiting, queue)} tone={tones[status] ?? 'grey'} height={20} />
      </td>
      <WorkersCell queue={queue} />
    </tr>
  );
});

/** The course ends in the number of the row. */
function upToNow(waiting: Series | undefined, { metrics }: QueueHealthStatus): Series | undefined {
  return waiting && [...waiting, known(metrics, 'waiting') ?? null];
}

function WorkersCell({ queue }: { queue: QueueHealthStatus }) {
  const running = runningWorkers(queue);
  const severity = severityOf(queue, 'no_workers', 'crash_loop');
  const desired = queue.workers?.desired;
  if (running === undefined) {
    return (
      <td className="num zero" title="Workers of this queue do not report to Drover">
        <span aria-hidden="true">–</span>
        <span className="sr-only">unknown</span>
      </td>
    );
  }
  const title = desired === undefined ? `${running} running` : `${running} running of ${desired} wanted`;
  return (
    <td className={`num ${severity ? `cell-${severity}` : ''}`} title={title}>
      <span className="worker-cell">
        {desired === undefined ? running : `${running}/${desired}`}
        {desired ? (
          <span className="meter" aria-hidden="true">
            <i className="meter-fill" style={{ width: `${Math.min(100, (running / desired) * 100)}%` }} />
          </span>
        ) : (
          <span />
        )}
      </span>
    </td>
  );
}
