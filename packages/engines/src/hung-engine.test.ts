import { isFault } from '@drover/core';
import { startPostgres, startRedis } from '@drover/testkit';
import { describe, it, vi } from 'vitest';
import { openEngine } from './open-engine.js';

const starts = { redis: startRedis, postgres: startPostgres };
/** Until it is noticed, with time for a busy machine. */
const NOTICE_MS = 12_000;

async function timed(work: Promise<unknown>): Promise<{ code: string; tookMs: number }> {
  const beganMs = performance.now();
  const code = await work.then(
    () => 'answered',
    (error: unknown) => (isFault(error) ? error.code : String(error)),
  );
  return { code, tookMs: performance.now() - beganMs };
}

/** Its connections stay, new ones are taken, and nothing is answered: no error of TCP ever tells. */
describe('a hung engine', () => {
  it.concurrent.for(Object.keys(starts) as (keyof typeof starts)[])(
    'on %s is noticed by all who wait, then refused at once, and used again once it answers',
    {
      timeout: 60_000,
    },
    async (kind, { expect }) => {
      const server = await starts[kind]();
      const engine = await openEngine(server.url);
      try {
        server.suspend();
        const waiting = await Promise.all([
          timed(engine.settings.changesSince(0)),
          timed(engine.snapshots.readIfChanged(null)),
          timed(engine.records.write([{ kind: 'put', collection: 'c', id: 'i', subject: '', atMs: 1, value: 1 }])),
          timed(engine.queues.discover()),
        ]);
        for (const { code, tookMs } of waiting) {
          expect(code).toMatch(/^engine_(unavailable|timeout)$/);
          expect(tookMs).toBeLessThan(NOTICE_MS);
        }
        for (let again = 0; again < 3; again++) {
          const { code, tookMs } = await timed(engine.settings.changesSince(0));
          expect(code).toBe('engine_unavailable');
          expect(tookMs).toBeLessThan(500);
        }
        server.resume();
        await vi.waitFor(async () => expect((await timed(engine.settings.changesSince(0))).code).toBe('answered'), {
          timeout: 10_000,
          interval: 100,
        });
      } finally {
        await engine.close();
        await server.stop();
      }
    },
  );
});
