import type { FleetMember, WorkerReport } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reporter, type ReporterOptions, type ReportOutcome } from './reporter.js';

/** A fleet whose answers the test gives by hand. */
class HeldMember implements Pick<FleetMember, 'publish'> {
  readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly ttls: number[] = [];

  publish(_report: WorkerReport, ttlMs: number): Promise<void> {
    this.ttls.push(ttlMs);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async answer(): Promise<void> {
    this.waiting.shift()?.resolve();
    await vi.advanceTimersByTimeAsync(0);
  }

  async refuse(): Promise<void> {
    this.waiting.shift()?.reject(new Error('gone'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

function reporter(member: HeldMember, over: Partial<ReporterOptions> = {}) {
  const outcomes: ReportOutcome['kind'][] = [];
  const made = new Reporter({
    build: () => ({}) as WorkerReport,
    join: async () => member,
    intervalMs: 2_000,
    random: () => 0.5,
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
