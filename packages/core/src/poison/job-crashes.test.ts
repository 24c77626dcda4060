import { describe, expect, it } from 'vitest';
import { type CrashedJob, isPoison, type JobCrash, withCrash, withoutRun } from './job-crashes.js';

const DAY_MS = 86_400_000;
const none: CrashedJob = { queueName: 'mail', jobId: '1', jobName: 'welcome', crashes: [] };
const crash = (startedAtMs: number, noticedAtMs = startedAtMs): JobCrash => ({
  ...{ kind: 'vanished', workerId: `w${startedAtMs}`, host: 'a', startedAtMs, noticedAtMs, beside: 0 },
  ...{ rssMB: 100, heapUsedMB: 40, memoryLimitMB: null },
});
const after = (...crashes: JobCrash[]) => crashes.reduce(withCrash, none);

describe('crashes of a job', () => {
  it('make it poison when there are as many as configured', () => {
    expect(isPoison(after(crash(1), crash(2)), 3)).toBe(false);
    expect(isPoison(after(crash(1), crash(2), crash(3)), 3)).toBe(true);
  });

  it('never make it poison where that is switched off', () => {
    expect(isPoison(after(crash(1), crash(2)), 0)).toBe(false);
  });

  it('count once a run, however often it is looked at', () => {
    const once = after(crash(1));
    expect(withCrash(once, crash(1, 5_000))).toBe(once);
  });

  it('are forgotten after seven days', () => {
    const late = after(crash(0), crash(DAY_MS), crash(7.5 * DAY_MS));
    expect(late.crashes.map(({ startedAtMs }) => startedAtMs)).toEqual([DAY_MS, 7.5 * DAY_MS]);
  });

  it('are taken back for a run whose worker speaks again', () => {
    expect(withoutRun(after(crash(1), crash(2)), 1).crashes).toEqual([crash(2)]);
  });

  it('are kept up to the latest twenty', () => {
    const many = after(...Array.from({ length: 30 }, (_, index) => crash(index)));
    expect(many.crashes.map(({ startedAtMs }) => startedAtMs)).toEqual(Array.from({ length: 20 }, (_, i) => i + 10));
  });
});
