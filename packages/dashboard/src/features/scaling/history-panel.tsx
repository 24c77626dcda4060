import type { ScalingHistoryEntry } from '@drover/contract';
import { ArrowDown, ArrowUp, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatInstant, formatSpan } from '../../models/format';
import { filterHistory, type HistoryFilter, historyKind, historyTitle, outcomeWords } from '../../models/scaling';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';
import { Segmented } from '../../ui/segmented';

export interface HistoryPanelProps {
  history: readonly ScalingHistoryEntry[] | undefined;
  filter: HistoryFilter;
  onFilter: (filter: HistoryFilter) => void;
  nowMs: number;
  instead?: ReactNode;
  more?: ReactNode;
}

const filters = [
  { value: 'all', label: 'All' },
  { value: 'actions', label: 'Actions' },
  { value: 'why-not', label: 'Why not' },
] as const satisfies readonly { value: HistoryFilter; label: string }[];

const icons = { up: ArrowUp, down: ArrowDown, held: Clock };

/** What was decided, newest first, with why, and why not. */
export function HistoryPanel({ history, filter, onFilter, nowMs, instead, more }: HistoryPanelProps) {
  const shown = history && filterHistory(history, filter);
  return (
    <Panel
      title="Decisions"
      actions={<Segmented label="Decisions shown" options={filters} value={filter} onChange={onFilter} />}
    >
      {instead || (!shown && <Skeleton className="m-3 h-72 opacity-50" />)}
      {shown?.length === 0 && (
        <Empty title={filter === 'all' ? 'Nothing was decided yet.' : 'None of this kind.'}>
          Each change of the count shows here with its reason, and each wish that was held back.
        </Empty>
      )}
      {shown && shown.length > 0 && (
        <ol className="decisions">
          {shown.map((entry) => (
            <li key={`${entry.executedAt.getTime()} ${entry.currentWorkers} ${entry.targetWorkers}`}>
              <span className={`decision-icon decision-${historyKind(entry)}`}>
                <Icon icon={icons[historyKind(entry)]} small />
              </span>
              <div className="min-w-0">
                <p className="decision-title">
                  <b>{historyTitle(entry)}</b>
                  {historyKind(entry) === 'held' && <span className="tag">Why not</span>}
                  <time
                    className="text-text-3"
                    dateTime={entry.executedAt.toISOString()}
                    title={formatInstant(entry.executedAt)}
                  >
                    {formatSpan(nowMs - entry.executedAt.getTime())} ago
                  </time>
                </p>
                <p className="line-2">
                  {entry.reason} {outcomeWords(entry)}
                </p>
              </div>
            </li>
          ))}
        </ol>
      )}
      {more}
    </Panel>
  );
}
