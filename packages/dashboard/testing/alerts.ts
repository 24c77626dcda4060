import type { Alert } from '@drover/contract';
import { at } from './queues';

let made = 0;

/** A firing alert; the traits change what a test is about. */
export function alert(changes: Partial<Alert> = {}): Alert {
  made += 1;
  return {
    id: `alert-${made}`,
    severity: 'warning',
    queueName: 'mail',
    type: 'queue_depth',
    kind: 'queue_depth',
    message: '1,842 jobs waiting (limit 1,000)',
    value: 1_842,
    threshold: 1_000,
    timestamp: at(0),
    acknowledged: false,
    silenced: false,
    ...changes,
  };
}

export const acknowledged = (by = 'user:ada@example.com'): Partial<Alert> => ({
  acknowledged: true,
  acknowledgedBy: by,
  acknowledgedAt: at(60),
});

export const resolved = (seconds: number): Partial<Alert> => ({
  resolvedAt: at(seconds),
  resolvedBecause: 'cleared',
});
