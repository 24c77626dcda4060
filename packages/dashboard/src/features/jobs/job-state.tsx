import type { JobPlace } from '@drover/contract';
import { CalendarClock, CircleCheck, CircleX, Clock, LoaderCircle, type LucideIcon, Network } from 'lucide-react';
import { placeWords } from '../../models/jobs';
import { Icon } from '../../ui/icon';

const looks: Record<JobPlace, { icon: LucideIcon; className: string }> = {
  failed: { icon: CircleX, className: 'status-critical' },
  active: { icon: LoaderCircle, className: 'text-accent' },
  waiting: { icon: Clock, className: 'text-text-2' },
  delayed: { icon: CalendarClock, className: 'text-text-2' },
  'waiting-children': { icon: Network, className: 'text-text-2' },
  completed: { icon: CircleCheck, className: 'status-healthy' },
};

/** Icon and word: never colour alone. */
export function JobState({ state }: { state: JobPlace }) {
  const { icon, className } = looks[state];
  return (
    <span className={`status ${className}`}>
      <Icon icon={icon} small />
      {placeWords[state]}
    </span>
  );
}
