import { useState } from 'react';
import { SchedulesList } from './schedules-list';

/** The queue's own schedules. */
export function QueueSchedules({ queueName }: { queueName: string }) {
  const [adding, setAdding] = useState(false);
  return <SchedulesList queueName={queueName} adding={adding} onAdding={setAdding} />;
}
