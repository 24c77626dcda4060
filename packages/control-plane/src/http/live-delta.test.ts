import type { Alert } from '@drover/contract';
import { expect, it } from 'vitest';
import { deltaBetween } from './live-delta.js';
import { liveSnapshot } from './testing/fake-reads.js';

const alert: Alert = {
  id: 'a1',
  severity: 'warning',
  queueName: 'email',
  type: 'queue_depth',
  message: '1,200 waiting (limit 1,000)',
  value: 1_200,
  threshold: 1_000,
  timestamp: new Date('2026-05-04T10:00:00Z'),
  acknowledged: false,
};
const tick = (seq: number, alerts?: Alert[]) => ({ ...liveSnapshot({ seq }), ...(alerts && { alerts }) });

it('holds all alerts when one changed, came or went, and none when they are the same', () => {
  expect(deltaBetween(tick(1, [alert]), tick(2, [{ ...alert }]))).not.toHaveProperty('alerts');
  const worse: Alert = { ...alert, severity: 'critical' };
  expect(deltaBetween(tick(1, [alert]), tick(2, [worse])).alerts).toEqual([worse]);
  expect(deltaBetween(tick(1, [alert]), tick(2, [])).alerts).toEqual([]);
  expect(deltaBetween(tick(1), tick(2, [alert])).alerts).toEqual([alert]);
});
