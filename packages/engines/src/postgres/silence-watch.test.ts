import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.js';

let answers: boolean;
let probes: number;
let said: string[];
let pool: EventEmitter;
let watch: SilenceWatch;
beforeEach(() => {
  vi.useFakeTimers();
  [answers, probes, said, pool] = [true, 0, [], new EventEmitter()];
  watch = new SilenceWatch({
    address: 'the server',
    pool: pool as unknown as pg.Pool,
    probe: async () => {
      probes += 1;
      return answers;
    },
    log: (_level, message) => said.push(message),
  });
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const never = () => new Promise<string>(() => undefined);
const answered = async () => 'done';

describe('a silent server', () => {
  it('is never asked whether it lives while it answers', async () => {
    for (let second = 0; second < 20; second++) {
      expect(await watch.during(answered)).toBe('done');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(probes).toBe(0);
  });

  it('is not one that takes long over a statement and answers others', async () => {
    void watch.during(never);
    for (let second = 0; second < 20; second++) {
      expect(await watch.during(answered)).toBe('done');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(probes).toBe(0);
    expect(said).toEqual([]);
  });

  it('is not one that takes long over all its statements, but lets us connect', async () => {
    void watch.during(never);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(probes).toBeLessThan(8);
    expect(await watch.during(answered)).toBe('done');
  });

  it('has its connections in use cut and every call refused, until it answers', async () => {
    const cut: string[] = [];
    const connection = (name: string) => ({ end: async () => void cut.push(name) });
    const [busy, idle] = [connection('busy'), connection('idle')];
    pool.emit('acquire', busy);
    pool.emit('acquire', idle);
    pool.emit('release', undefined, idle);
    void watch.during(never);
    answers = false;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(cut).toEqual(['busy']);
    await expect(watch.during(answered)).rejects.toMatchObject({ code: 'engine_unavailable', retryAfterMs: 2_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    answers = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(await watch.during(answered)).toBe('done');
    expect(said).toEqual(['the server does not answer any more', 'the server answers again']);
  });
});
