import { useSchedules } from '@drover/react';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { plural } from '../models/format';
import { scheduleStatus } from '../models/schedules';
import { Link } from '../router/link';
import { Icon } from '../ui/icon';
import { SchedulesList } from './schedules-list';
import { usePageTitle } from './use-page-title';

export function SchedulesRoute() {
  usePageTitle('Schedules');
  const [adding, setAdding] = useState(false);
  const schedules = useSchedules().data?.schedules;
  const overdue = schedules?.filter((schedule) => scheduleStatus(schedule) === 'overdue').length ?? 0;
  const paused = schedules?.filter((schedule) => schedule.paused).length ?? 0;
  return (
    <>
      <div className="page-head">
        <h1>Schedules</h1>
        {schedules && schedules.length > 0 && (
          <p className="verdict">
            <span className={overdue > 0 ? 'text-warning' : undefined}>
              {overdue === 0 ? 'Every run was taken in time' : `${plural(overdue, 'run')} overdue`}
            </span>
            {paused > 0 && <span>· {paused} paused</span>}
            <Link className="link" to="/alerts?kind=schedule_missed">
              Missed runs alert
            </Link>
          </p>
        )}
        <button type="button" className="btn ml-auto" onClick={() => setAdding(true)}>
          <Icon icon={Plus} />
          Add a schedule…
        </button>
      </div>
      <SchedulesList adding={adding} onAdding={setAdding} />
    </>
  );
}
