import { setTimeout as delay } from 'node:timers/promises';
import { openQueues } from '@drover/engines';
import { type ShopQueueName, shopQueueNames } from '../jobs.js';
import { seededRandom } from '../seeded-random.js';
import { shopEnvironment } from '../shop-environment.js';
import { defaultRhythm } from '../storefront/demand.js';
import { type ShopQueue, Storefront } from '../storefront/storefront.js';
import { TroubleBoard } from '../troubles/trouble-board.js';
import { stopWithParent } from './child-of-shop.js';

/** The shop's front door: customers, suppliers and the newsletter, as jobs. */

const stepMs = 250;
/** A machine that slept has missed customers; it must not make up for them in one burst. */
const longestSpanMs = 1_000;
const lookEveryMs = 3_000;
/** Whoever starts the shop sees a morning, with its campaign soon, and not a quiet night. */
const openingHour = 9;
const longestAwayMs = 30_000;

const dayMinutes = Number(process.env.SHOP_DAY_MINUTES ?? defaultRhythm.dayMs / 60_000);
if (!(dayMinutes > 0))
  throw new Error(`SHOP_DAY_MINUTES must be a number above 0, not ${process.env.SHOP_DAY_MINUTES}`);
const dayMs = dayMinutes * 60_000;

const troubles = new TroubleBoard(shopEnvironment().troublesFile);
const stopped = new AbortController();
const closed = run();
stopWithParent(async () => {
  stopped.abort();
  // An engine that is away would hold the last step forever; nobody waits for it.
  await Promise.race([closed, delay(3_000)]);
});

async function run(): Promise<void> {
  const dataDir = process.env.DROVER_DATA_DIR;
  const engine = process.env.DROVER_ENGINE ?? 'embedded';
  const connection = await openQueues(engine, dataDir === undefined ? {} : { dataDir });
  const queues = shopQueueNames.map((name): [ShopQueueName, ShopQueue] => [name, connection.queue(name)]);
  const storefront = new Storefront({
    queues: Object.fromEntries(queues) as Record<ShopQueueName, ShopQueue>,
    rhythm: { ...defaultRhythm, dayMs, midnightMs: Date.now() - (openingHour / 24) * dayMs },
    random: seededRandom(Date.now()),
    runId: Date.now().toString(36),
  });
  let lastMs = performance.now();
  let lookedMs = Number.NEGATIVE_INFINITY;
  let awaySinceMs: number | undefined;
  while (!stopped.signal.aborted) {
    await delay(stepMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    const nowMs = performance.now();
    const lengthMs = Math.min(longestSpanMs, nowMs - lastMs);
    lastMs = nowMs;
    try {
      if (nowMs - lookedMs >= lookEveryMs) {
        lookedMs = nowMs;
        const full = await storefront.lookAtDepths();
        if (full.size > 0) console.log(`storefront: adds nothing to ${[...full].join(', ')} until they drain`);
      }
      const sale = await troubles.find('flash-sale');
      await storefront.step({ atMs: Date.now(), lengthMs }, sale?.times ?? 1);
      if (awaySinceMs !== undefined) console.log('storefront: the engine takes jobs again');
      awaySinceMs = undefined;
    } catch (error) {
      // Said once: customers come back by themselves, and so does the engine.
      if (awaySinceMs === undefined)
        console.error('storefront: the engine takes no jobs:', error instanceof Error ? error.message : error);
      awaySinceMs ??= nowMs;
      // The embedded engine may be back under another address, which only a new start reads.
      if (nowMs - awaySinceMs > longestAwayMs) throw error;
    }
  }
  await connection.close();
}
