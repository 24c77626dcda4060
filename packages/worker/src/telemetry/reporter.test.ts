import type { DesiredWorkerState, FleetMember, WorkerReport } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reporter, type ReporterOptions, type ReportOutcome } from './reporter.js';

/** A fleet whose answers the test gives by hand. */
class HeldMember implements FleetMember {
  readonly waiting: { resolve: (desired: DesiredWorkerState | null) => void; reject: (error: Error) => void }[] = [];
  readonly ttls: number[] = [];
  closed = false;

  publish(_report: WorkerReport, ttlMs: number): Promise<DesiredWorkerState | null> {
    this.ttls.push(ttlMs);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async answer(desired: DesiredWorkerState | null = null): Promise<void> {
    this.waiting.shift()?.resolve(desired);
    await vi.advanceTimersByTimeAsync(0);
  }

  async refuse(): Promise<void> {
    this.waiting.shift()?.reject(new Error('gone'));
    await vi.advanceTimersByTimeAsync(0);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function reporter(member: HeldMember, over: Partial<ReporterOptions> = {}) {
  const outcomes: ReportOutcome['kind'][] = [];
  const made = new Reporter({
    build: () => ({}) as WorkerReport,
    join: async () => member,
    intervalMs: 2_000,
    random: () => 0.5,
    onDesired: () => {},
    onOutcome: (outcome) => outcomes.push(outcome.kind),
    log: () => {},
    ...over,
  });
  return { made, outcomes };
}

describe('Reporter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reports at once, then every interval', async () => {
    const member = new HeldMember();
    reporter(member).made.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(member.ttls).toHaveLength(1);
    await member.answer();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(member.ttls).toHaveLength(2);
  });

  it('never has two reports under way, however long the engine takes', async () => {
    const member = new HeldMember();
    reporter(member).made.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(member.ttls).toHaveLength(1);
    await member.answer();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(member.ttls).toHaveLength(2);
  });

  it('sends a report that was asked for meanwhile right after the one under way', async () => {
    const member = new HeldMember();
    const { made } = reporter(member);
    made.start();
    await vi.advanceTimersByTimeAsync(0);
    made.publishSoon();
    made.publishSoon();
    expect(member.ttls).toHaveLength(1);
    await member.answer();
    expect(member.ttls).toHaveLength(2);
    await member.answer();
    expect(member.ttls).toHaveLength(2);
  });

  it('tells once that the engine is away, and once that it is back', async () => {
    const member = new HeldMember();
    const log = vi.fn();
    const { made, outcomes } = reporter(member, { log });
    made.start();
    await vi.advanceTimersByTimeAsync(0);
    await member.refuse();
    await vi.advanceTimersByTimeAsync(2_000);
    await member.refuse();
    await vi.advanceTimersByTimeAsync(2_000);
    await member.answer();
    expect(outcomes).toEqual(['away', 'away', 'taken']);
    expect(log).toHaveBeenCalledTimes(2);
  });

  it('hands over the desired state that came with the answer', async () => {
    const member = new HeldMember();
    const onDesired = vi.fn();
    reporter(member, { onDesired }).made.start();
    await vi.advanceTimersByTimeAsync(0);
    const desired: DesiredWorkerState = { version: 3, run: 'drain', reason: 'scale down', graceMs: 1 };
    await member.answer(desired);
    expect(onDesired).toHaveBeenCalledExactlyOnceWith(desired);
  });

  it('sends its last report after the one under way, to stay longer, and then no more', async () => {
    const member = new HeldMember();
    const { made } = reporter(member);
    made.start();
    await vi.advanceTimersByTimeAsync(0);
    const finished = made.finish();
    expect(member.ttls).toHaveLength(1);
    await member.answer();
    expect(member.ttls).toEqual([60_000, 600_000]);
    await member.answer();
    await finished;
    expect(member.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(member.ttls).toHaveLength(2);
  });

  it('does not hold up a close when the engine is silent', async () => {
    const member = new HeldMember();
    const { made } = reporter(member);
    made.start();
    await vi.advanceTimersByTimeAsync(0);
    const finished = made.finish();
    await vi.advanceTimersByTimeAsync(1_500);
    await expect(finished).resolves.toBeUndefined();
  });
});
