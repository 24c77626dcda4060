import type { DesiredWorkerState, FleetLook, FleetNews } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FleetWatch, type FleetWatchOptions } from './fleet-watch.js';
import { WorkerSettings } from './worker-settings.js';

/** A fleet whose answers the test gives by hand. */
class HeldMember {
  readonly looks: FleetLook[] = [];
  private readonly waiting: { resolve: (news: FleetNews) => void; reject: (error: Error) => void }[] = [];

  look(look: FleetLook): Promise<FleetNews> {
    this.looks.push(look);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async answer(news: Partial<FleetNews> = {}): Promise<void> {
    this.waiting.shift()?.resolve({ settingsRevision: 0, documents: null, desired: null, ...news });
    await vi.advanceTimersByTimeAsync(0);
  }

  async refuse(): Promise<void> {
    this.waiting.shift()?.reject(new Error('gone'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

async function watching(over: Partial<FleetWatchOptions> = {}) {
  const member = new HeldMember();
  const settings = new WorkerSettings();
  const told: DesiredWorkerState[] = [];
  const watch = new FleetWatch({
    workerId: 'w',
    settings,
    join: async () => member,
    onDesired: (desired) => told.push(desired),
    random: () => 0.5,
    onError: () => {},
    ...over,
  });
  watch.start();
  await vi.advanceTimersByTimeAsync(0);
  return { member, settings, told, watch };
}

describe('FleetWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('looks at once, then 750 ms after each answer, naming the revision that it knows', async () => {
    const { member } = await watching();
    expect(member.looks).toEqual([{ workerId: 'w', settingsRevision: -1 }]);
    await member.answer({ settingsRevision: 7, documents: {} });
    await vi.advanceTimersByTimeAsync(750);
    expect(member.looks.slice(1)).toEqual([{ workerId: 'w', settingsRevision: 7 }]);
  });

  it('hands over settings and the desired state', async () => {
    const { member, settings, told } = await watching();
    const desired: DesiredWorkerState = { version: 3, run: 'drain', reason: 'scale down', graceMs: 1 };
    await member.answer({ settingsRevision: 1, documents: { memory: '{"a":1}' }, desired });
    expect(settings.get('memory')).toEqual({ a: 1 });
    expect(told).toEqual([desired]);
  });

  it('keeps what it had when nothing changed, or the engine is away, and goes on looking', async () => {
    const { member, settings } = await watching();
    await member.answer({ settingsRevision: 1, documents: { memory: '{"a":1}' } });
    await vi.advanceTimersByTimeAsync(750);
    await member.refuse();
    expect(settings.get('memory')).toEqual({ a: 1 });
    await vi.advanceTimersByTimeAsync(750);
    await member.answer({ settingsRevision: 1, documents: null });
    expect(settings.get('memory')).toEqual({ a: 1 });
    await vi.advanceTimersByTimeAsync(750);
    expect(member.looks.at(-1)).toEqual({ workerId: 'w', settingsRevision: 1 });
  });

  it('never has two looks under way, however long the engine takes', async () => {
    const { member } = await watching();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(member.looks).toHaveLength(1);
  });

  it('joins again until it can', async () => {
    const member = new HeldMember();
    const join = vi.fn(async () => member).mockRejectedValueOnce(new Error('not connected'));
    await watching({ join });
    await vi.advanceTimersByTimeAsync(750);
    expect(member.looks).toHaveLength(1);
  });

  it('tells of a listener that throws, and goes on', async () => {
    const onError = vi.fn();
    const failure = new Error('listener');
    const onDesired = () => {
      throw failure;
    };
    const { member } = await watching({ onError, onDesired });
    await member.answer({ desired: { version: 1, run: 'run', reason: '', graceMs: 0 } });
    expect(onError).toHaveBeenCalledExactlyOnceWith(failure);
    await vi.advanceTimersByTimeAsync(750);
    expect(member.looks).toHaveLength(2);
  });

  it('acts on no answer that comes after its end, and looks no more', async () => {
    const { member, settings, told, watch } = await watching();
    watch.stop();
    await member.answer({
      documents: { memory: '{}' },
      desired: { version: 1, run: 'drain', reason: '', graceMs: 0 },
    });
    expect(settings.get('memory')).toBeUndefined();
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(member.looks).toHaveLength(1);
  });
});
