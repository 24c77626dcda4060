import { Fault } from '@drover/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock, MemoryAudit } from '../../http/testing/memory-stores.js';
import { AuditTrail } from './audit-trail.js';

let audit: MemoryAudit;
let clock: FakeClock;
let trail: AuditTrail;
const onFailure = vi.fn();
const onWritten = vi.fn();
beforeEach(() => {
  audit = new MemoryAudit();
  clock = new FakeClock();
  trail = new AuditTrail({ audit, nowMs: clock.nowMs, onFailure, onWritten });
  onFailure.mockReset();
  onWritten.mockReset();
});

const attempt = {
  actor: 'anonymous',
  role: null,
  from: '1.1.1.1',
  action: 'access',
  target: 'GET /health',
  details: { code: 'x' },
};
const done = (action: string) => ({ ...attempt, action, result: 'done' as const });
const actions = () => audit.entries.map(({ action }) => action);

describe('refusals', () => {
  it('that are alike are one entry at once and one with the count a minute later', async () => {
    for (let count = 0; count < 1_000; count += 1) trail.refused(attempt);
    await trail.flush();
    expect(audit.entries).toMatchObject([{ result: 'refused', details: { code: 'x' } }]);
    clock.advance(60_000);
    await trail.flush();
    expect(audit.entries[1]).toMatchObject({ target: 'GET /health', details: { code: 'x', repeated: 999 } });
    expect(audit.entries).toHaveLength(2);
  });

  it('are counted again after a clock was set back', async () => {
    trail.refused(attempt);
    trail.refused(attempt);
    clock.advance(-3_600_000);
    trail.refused(attempt);
    await trail.flush();
    expect(audit.entries).toMatchObject([{ details: { code: 'x' } }, { details: { repeated: 1 } }, { atMs: clock.ms }]);
  });

  it('from a thousand addresses stay bounded, and none goes uncounted', async () => {
    for (let index = 0; index < 2_000; index += 1)
      trail.refused({ ...attempt, from: `10.0.${index >> 8}.${index & 255}` });
    await trail.stop();
    const repeated = audit.entries.map(({ details }) => (details as { repeated?: number }).repeated ?? 1);
    expect(audit.entries.length).toBeLessThan(600);
    expect(repeated.reduce((sum, count) => sum + count, 0)).toBe(2_000);
  });
});

describe('failures', () => {
  it('are told one by one, and counted once they come in a flood', async () => {
    for (let count = 0; count < 100; count += 1) trail.failed({ ...attempt, target: `queue:${count}` });
    await trail.stop();
    expect(audit.entries).toHaveLength(21);
    expect(audit.entries.map(({ target }) => target)).toContain('queue:19');
    expect(audit.entries.at(-1)).toMatchObject({ result: 'failed', details: { repeated: 80 } });
  });
});

describe('entries', () => {
  it('are written before their record resolves, and told after', async () => {
    await trail.record(done('policy.update'));
    expect(actions()).toEqual(['policy.update']);
    expect(onWritten).toHaveBeenCalledExactlyOnceWith([expect.objectContaining({ action: 'policy.update' })]);
  });

  it('wait for an engine that is away, in their order', async () => {
    audit.failure = new Error('away');
    await trail.record(done('first'));
    await trail.record(done('second'));
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(onWritten).not.toHaveBeenCalled();
    audit.failure = null;
    await trail.record(done('third'));
    expect(actions()).toEqual(['first', 'second', 'third']);
  });

  it('keep no caller waiting for an engine that hangs', async () => {
    vi.useFakeTimers();
    try {
      vi.spyOn(audit, 'append').mockImplementationOnce(() => new Promise(() => undefined));
      const recorded = trail.record(done('slow'));
      await vi.advanceTimersByTimeAsync(2_000);
      await recorded;
    } finally {
      vi.useRealTimers();
    }
  });

  it('are given up beyond five thousand, and the log says how many', async () => {
    audit.failure = new Error('away');
    const recorded = Array.from({ length: 5_500 }, (_, index) => trail.record(done(`act-${index}`)));
    await Promise.all(recorded);
    audit.failure = null;
    await trail.flush();
    expect(audit.entries).toHaveLength(5_001);
    expect(audit.entries.at(-2)).toMatchObject({ action: 'act-4999' });
    expect(audit.entries.at(-1)).toMatchObject({ actor: 'system', action: 'audit.lose', details: { entries: 500 } });
  });

  it('that the engine cannot take do not hold up the others', async () => {
    const { append } = audit;
    vi.spyOn(audit, 'append').mockImplementation(async (entries) => {
      if (entries.some(({ action }) => action === 'bad')) throw new Fault('internal', 'no');
      await append.call(audit, entries);
    });
    await Promise.all(['one', 'bad', 'two'].map((action) => trail.record(done(action))));
    expect(actions()).toEqual(['one', 'two', 'audit.lose']);
  });

  it('are stored without secrets', async () => {
    await trail.record({ ...done('user.create'), details: { password: 'hunter2' } });
    expect(audit.entries[0]?.details).toEqual({ password: '[removed]' });
  });
});
