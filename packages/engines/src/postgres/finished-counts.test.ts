import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FinishedCounter } from './finished-counts.js';

/** Rows that the server of these tests counts within its statement timeout. */
const ROWS_IN_TIME = 1_000_000;
const MANY = 5 * ROWS_IN_TIME;
const HOUR_MS = 3_600_000;

/** A server that counts row by row, up to a limit where there is one, and gives up on too many. */
class CountingServer {
  readonly completed = new Map<string, number>();
  readonly whole: string[] = [];
  rowsRead = 0;
  /** Counts of more rows than a reading may wait for are held here until they are let go. */
  held: (() => void)[] = [];

  async query<Row extends object>(_text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const names = values[0] as string[];
    const limit = (values[1] as number | undefined) ?? Number.POSITIVE_INFINITY;
    const rows = names.map((queue) => ({
      queue,
      completed: Math.min(limit, this.completed.get(queue) ?? 0),
      failed: 0,
    }));
    const read = rows.reduce((sum, { completed }) => sum + completed, 0);
    this.rowsRead += read;
    if (limit === Number.POSITIVE_INFINITY) this.whole.push(...names);
    if (read > ROWS_IN_TIME) throw new Error('canceling statement due to statement timeout');
    if (read > 50_000) await new Promise<void>((resolve) => this.held.push(resolve));
    return rows as object[] as Row[];
  }

  letGo(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }
}

describe('the sizes of the kept sets', () => {
  let server: CountingServer;
  let counter: FinishedCounter;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    server = new CountingServer();
    counter = new FinishedCounter(server, () => undefined);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of small queues are known at the first reading, and counted anew by each', async () => {
    server.completed.set('small', 3);
    expect((await counter.counts(['small', 'empty'])).get('small')?.completed).toBe(3);
    server.completed.set('small', 4);
    const counts = await counter.counts(['small', 'empty']);
    expect([counts.get('small')?.completed, counts.get('empty')?.completed]).toEqual([4, 0]);
  });

  it('of a large queue are unknown until the background has counted it, and hold no reading up', async () => {
    server.completed.set('small', 3).set('large', 500_000).set('larger', 600_000);
    const names = ['larger', 'small', 'large'];
    const first = await counter.counts(names);
    expect([...first.keys()]).toEqual(['small']);
    for (const size of [2, 3]) {
      await vi.waitFor(() => expect(server.held).toHaveLength(1));
      server.letGo();
      await vi.waitFor(() => expect(first.size).toBe(size));
    }
    expect((await counter.counts(names)).get('large')?.completed).toBe(500_000);
  });

  it('cost a first reading little, however many jobs of however many queues are kept', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `queue-${index}`);
    for (const name of names) server.completed.set(name, 40_000);
    const reading = counter.counts(names);
    const readNow = server.rowsRead;
    expect(readNow).toBeLessThanOrEqual(20_000);
    await counter.stop();
    await reading;
  });

  it('that cannot be counted in time fail no reading, and are not tried again at once', async () => {
    server.completed.set('small', 3).set('endless', MANY);
    for (let reading = 0; reading < 20; reading++) {
      expect([...(await counter.counts(['endless', 'small'])).keys()]).toEqual(['small']);
      vi.advanceTimersByTime(1000);
    }
    expect(server.whole.filter((name) => name === 'endless')).toHaveLength(1);
    vi.advanceTimersByTime(HOUR_MS);
    await counter.counts(['endless', 'small']);
    expect(server.whole.filter((name) => name === 'endless')).toHaveLength(2);
  });

  it('that cannot be counted do not keep others from being counted', async () => {
    server.completed.set('endless', MANY).set('large', 100_000);
    await counter.counts(['endless', 'large']);
    await vi.waitFor(async () => {
      await counter.counts(['endless', 'large']);
      expect(server.held).toHaveLength(1);
    });
    server.letGo();
    await vi.waitFor(async () =>
      expect((await counter.counts(['endless', 'large'])).get('large')?.completed).toBe(100_000),
    );
  });
});
