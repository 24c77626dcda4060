import { limiterKey, type RateLimiterStore } from '@drover/core';
import { startPostgres, startRedis } from '@drover/testkit';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { openEngine } from './open-engine.js';

const HOUR_US = 3_600_000_000;

interface Limiters {
  readonly limiters: RateLimiterStore;
  /** Moves all that the limiter remembers an hour ahead: as if the clock was set back by one since. */
  setBack(name: string): Promise<void>;
  close(): Promise<void>;
}

const engines = {
  async Redis(): Promise<Limiters> {
    const server = await startRedis();
    const [engine, redis] = [await openEngine(server.url), new Redis(server.url)];
    const shift = (packed: Buffer, places: readonly number[]) => {
      for (const place of places) packed.writeDoubleLE(packed.readDoubleLE(place * 8) + HOUR_US, place * 8);
      return packed;
    };
    return {
      limiters: engine.limiters,
      async setBack(name) {
        const key = limiterKey('drover', name);
        const [state, second] = await redis.hmgetBuffer(key, 'state', '1');
        if (!state || !second) throw new Error('the limiter was never used');
        await redis.hset(key, 'state', shift(state, [0, 1]), '1', shift(second, [3, 5, 6]));
      },
      async close() {
        redis.disconnect();
        await engine.close();
        await server.stop();
      },
    };
  },
  async PostgreSQL(): Promise<Limiters> {
    const server = await startPostgres();
    const [engine, client] = [await openEngine(server.url), new pg.Client(server.url)];
    await client.connect();
    return {
      limiters: engine.limiters,
      async setBack(name) {
        const ahead = (column: string) => `${column} = ARRAY(SELECT at + $2 FROM unnest(${column}) AS at)`;
        await client.query(
          `UPDATE drover.limiter SET raw_us = raw_us + $2, now_us = now_us + $2,
             ${ahead('head_at')}, ${ahead('tail_start')}, ${ahead('tail_at')} WHERE name = $1`,
          [name, HOUR_US],
        );
      },
      async close() {
        await client.end();
        await engine.close();
        await server.stop();
      },
    };
  },
} as const;

describe.each(Object.entries(engines))('a limiter on %s whose clock is set back by an hour', (_, start) => {
  it('neither forgets what it granted nor blocks until the clock has caught up', async () => {
    const { limiters, setBack, close } = await start();
    try {
      const request = { name: 'jumping', windows: { perSecond: 2 }, weights: [1, 1] };
      expect((await limiters.acquire(request)).granted).toBe(2);
      await setBack('jumping');
      const refused = await limiters.acquire(request);
      expect(refused.granted).toBe(0);
      expect(refused.waitMs).toBeLessThanOrEqual(1_000);
      const [standing] = await limiters.status(['jumping']);
      expect(standing?.windows.perSecond?.emptyAtMs).toBeLessThan(Date.now() + 5_000);
      await vi.waitFor(async () => expect((await limiters.acquire(request)).granted).toBe(2), 10_000);
    } finally {
      await close();
    }
  });
});
