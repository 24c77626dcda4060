import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock, MemoryAudit } from '../http/testing/memory-stores.js';
import { AuditBatch } from './audit-batch.js';

let audit: MemoryAudit;
let clock: FakeClock;
let batch: AuditBatch;
const onFailure = vi.fn();
beforeEach(() => {
  audit = new MemoryAudit();
  clock = new FakeClock();
  batch = new AuditBatch({ audit, nowMs: clock.nowMs, onFailure });
  onFailure.mockReset();
});

const refusal = {
  actor: 'anonymous',
  role: null,
  from: '1.1.1.1',
  action: 'access',
  target: 'GET /health',
  details: { code: 'x' },
};

describe('refusals', () => {
  it('that are alike are one entry at once and one with the count a minute later', async () => {
    for (let count = 0; count < 1_000; count += 1) batch.refused(refusal);
    await batch.flush();
    expect(audit.entries).toMatchObject([{ result: 'refused', details: { code: 'x' } }]);
    clock.advance(60_000);
    await batch.flush();
    expect(audit.entries[1]).toMatchObject({ target: 'GET /health', details: { code: 'x', repeated: 999 } });
    expect(audit.entries).toHaveLength(2);
  });

  it('from a thousand addresses stay bounded, and none goes uncounted', async () => {
    for (let index = 0; index < 2_000; index += 1)
      batch.refused({ ...refusal, from: `10.0.${index >> 8}.${index & 255}` });
    await batch.stop();
    const repeated = audit.entries.map(({ details }) => (details as { repeated?: number }).repeated ?? 1);
    expect(audit.entries.length).toBeLessThan(600);
    expect(repeated.reduce((sum, count) => sum + count, 0)).toBe(2_000);
  });
});

describe('entries', () => {
  it('wait for an engine that is away, in their order', async () => {
    audit.failure = new Error('away');
    batch.record({ ...refusal, action: 'first', result: 'done' });
    await batch.flush();
    batch.record({ ...refusal, action: 'second', result: 'done' });
    expect(onFailure).toHaveBeenCalledTimes(1);
    audit.failure = null;
    await batch.flush();
    expect(audit.entries.map(({ action }) => action)).toEqual(['first', 'second']);
  });

  it('are given up beyond a thousand, and the log says how many', async () => {
    for (let count = 0; count < 1_500; count += 1) batch.record({ ...refusal, action: `act-${count}`, result: 'done' });
    await batch.flush();
    expect(audit.entries).toHaveLength(1_000);
    expect(audit.entries.at(-1)?.details).toMatchObject({ entriesLost: 500 });
  });
});
