import type { FailureGroup, ScanFailuresRequest, ScanFailuresResponse } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { FailureScan } from './failure-scan.js';

const group = (fingerprint: string, count: number, second: number): FailureGroup => ({
  ...{ fingerprint, message: fingerprint, count, lastHour: count, workers: ['w'] },
  firstSeen: new Date(second * 1_000),
  lastSeen: new Date(second * 1_000),
  queues: [{ queueName: 'mail', count }],
  example: { queueName: 'mail', jobId: `${second}`, name: 'send', error: 'x', failedAt: new Date(second * 1_000) },
});

describe('a look through failures', () => {
  it('adds up the groups of its slices, the largest first', async () => {
    const slices: ScanFailuresResponse[] = [
      { groups: [group('a', 2, 9), group('b', 3, 8)], examined: 5, total: 9, next: 'more' },
      { groups: [group('a', 4, 1)], examined: 9, total: 9 },
    ];
    const asked: ScanFailuresRequest[] = [];
    const scan = new FailureScan({ queues: ['mail'] }, async (body) => {
      asked.push(body);
      return slices[asked.length - 1] as ScanFailuresResponse;
    });
    await scan.go();
    expect(asked).toEqual([{ queues: ['mail'] }, { queues: ['mail'], cursor: 'more' }]);
    const { phase, groups, examined } = scan.getState();
    expect([phase, examined]).toEqual(['done', 9]);
    expect(groups.map(({ fingerprint, count }) => [fingerprint, count])).toEqual([
      ['a', 6],
      ['b', 3],
    ]);
    expect(groups[0]).toMatchObject({
      ...{ firstSeen: new Date(1_000), lastSeen: new Date(9_000), example: { jobId: '9' } },
      queues: [{ queueName: 'mail', count: 6 }],
    });
  });

  it('stops when it is cancelled, and goes on after a failure where it was', async () => {
    let calls = 0;
    const scan: FailureScan = new FailureScan({}, async () => {
      calls += 1;
      if (calls === 2) throw new Error('away');
      if (calls === 3) scan.cancel();
      return { groups: [group('a', 1, calls)], examined: calls, total: 9, next: 'more' };
    });
    await scan.go();
    expect(scan.getState()).toMatchObject({ phase: 'failed', error: { message: 'away' }, examined: 1 });
    await scan.go();
    expect(scan.getState()).toMatchObject({ phase: 'cancelled', examined: 1 });
  });
});
