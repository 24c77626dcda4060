import type { Alert, AuditEntryReply } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { operation } from '../../testing/operations.js';
import { at, ms } from '../../testing/queues.js';
import { decided } from '../../testing/scaling.js';
import { recycle } from '../../testing/workers.js';
import { queueEvents } from './queue-events.js';

const alert = {
  id: 'a-1',
  severity: 'warning',
  worstSeverity: 'critical',
  message: 'Too many wait',
  timestamp: at(30),
} as Alert;
const entry = (action: string, result: AuditEntryReply['result'], second: number) =>
  ({ action, result, at: at(second), actor: 'user:ada', target: 'queue:mail' }) as AuditEntryReply;

describe('what happened to a queue', () => {
  it('stands on its charts in the order of time, an alert once though it fires and is told again', () => {
    const events = queueEvents({
      history: [decided({ executedAt: at(20) }), decided({ executed: false, executedAt: at(25) })],
      alerts: [alert, alert],
      recycles: [recycle('w-1', { status: 'failed', updatedAt: at(40) })],
      audit: [entry('queue.pause', 'done', 10), entry('queue.pause', 'refused', 11), entry('queue.clean', 'done', 12)],
      operations: [
        operation('retry-failed', 50),
        operation('pause', 60, { queueCount: 3 }),
        operation('clean', 70, { dryRun: true }),
      ],
    });
    expect(events.map(({ atMs, kind, severity }) => [atMs, kind, severity])).toEqual([
      [ms(10), 'pause', undefined],
      [ms(12), 'operation', undefined],
      [ms(20), 'scale_up', undefined],
      [ms(30), 'alert', 'critical'],
      [ms(40), 'recycle', 'warning'],
      [ms(50), 'operation', undefined],
      [ms(60), 'pause', undefined],
    ]);
    expect(events[0]?.label).toBe('Paused by ada');
    expect(events[1]?.label).toBe('Cleaned by ada');
    expect(events.at(-1)?.label).toBe('Pause, with 2 other queues, by ada');
  });
});
