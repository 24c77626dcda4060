import { X } from 'lucide-react';
import { eventIcons } from '../../charts/chart-events';
import { type ChartEvent, eventWords } from '../../models/chart-events';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';

export interface ChartBarProps {
  /** What the dotted lines are. */
  compared?: { readonly words: string; readonly note: string | undefined } | undefined;
  onEndComparison: () => void;
  /** Those of the range. */
  events: readonly ChartEvent[];
}

/** What the dotted lines and the icons on the charts mean; nothing where there are none. */
export function ChartBar({ compared, onEndComparison, events }: ChartBarProps) {
  const kinds = [...new Set(events.map(({ kind }) => kind))];
  if (!compared && kinds.length === 0) return null;
  return (
    <div className="chart-bar">
      {compared && (
        <p className="chart-compared">
          <i aria-hidden="true" />
          <span>
            Dotted: <b>{compared.words}</b>
            {compared.note && `, ${compared.note}`}
          </span>
          <IconButton small icon={X} label={`Stop comparing with ${compared.words}`} onClick={onEndComparison} />
        </p>
      )}
      {kinds.length > 0 && (
        <ul className="chart-key" aria-label="On the charts">
          {kinds.map((kind) => (
            <li key={kind}>
              <Icon icon={eventIcons[kind]} small />
              {eventWords[kind]}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
