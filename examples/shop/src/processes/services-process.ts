import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KeyedJournal } from '../files/keyed-journal.js';
import { pruneFolder } from '../files/prune-folder.js';
import { seededRandom } from '../seeded-random.js';
import type { Charge } from '../services/charge.js';
import { startPaymentService } from '../services/payment-service.js';
import { startSmtpSink } from '../services/smtp-sink.js';
import { requiredSetting, shopEnvironment } from '../shop-environment.js';
import { TroubleBoard } from '../troubles/trouble-board.js';
import { type FromChild, stopWithParent } from './child-of-shop.js';

/** The world around the shop: its mail server, its payment provider, and the one who takes old files away. */

const environment = shopEnvironment();
const troubles = new TroubleBoard(environment.troublesFile);

/** Newest files kept; together about 200 MB. A journal's file is an hour. */
const kept: readonly (readonly [folder: string, files: number])[] = [
  [environment.outboxFolder, 2_000],
  [environment.variantsFolder, 2_000],
  [environment.documentsFolder, 1_000],
  [join(environment.databaseFolder, 'orders'), 12],
  [join(environment.databaseFolder, 'charges'), 12],
];
const pruneEveryMs = 30_000;

const random = seededRandom(Date.now());
const mail = await startSmtpSink({
  outboxFolder: environment.outboxFolder,
  port: Number(requiredSetting('SHOP_SMTP_PORT')),
  latencyMs: () => random.logNormal(60, 0.5),
  refuses: async () => (await troubles.find('email-failing')) !== undefined,
});
const payments = await startPaymentService({
  charges: new KeyedJournal<Charge>(join(environment.databaseFolder, 'charges')),
  port: Number(new URL(requiredSetting('SHOP_PAYMENTS_URL')).port),
  random,
  mode: async () => {
    if ((await troubles.find('payments-broken')) !== undefined) return 'broken';
    return (await troubles.find('payments-slow')) !== undefined ? 'slow' : 'normal';
  },
});

let guardedPid: number | undefined;
const stopped = new AbortController();

stopWithParent(
  async (orphaned) => {
    // Workers that drain still send mail and charge cards: the services go last.
    if (orphaned && guardedPid !== undefined) await endGuarded(guardedPid);
    stopped.abort();
    await Promise.all([mail.close(), payments.close()]);
  },
  (message) => {
    if (message.type === 'guard') guardedPid = message.pid;
  },
);
process.send?.({ type: 'ready' } satisfies FromChild);

while (!stopped.signal.aborted) {
  for (const [folder, files] of kept) {
    await pruneFolder(folder, files, Date.now()).catch((error: unknown) => console.error(`pruning ${folder}:`, error));
  }
  await delay(pruneEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined);
}

/** The start script is gone without a word: ask its Drover to drain, and wait until it has. */
async function endGuarded(pid: number): Promise<void> {
  const isAlive = (signal: 0 | 'SIGTERM'): boolean => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  };
  console.error('The shop was killed; its Drover is asked to drain.');
  const deadline = performance.now() + 90_000;
  for (let alive = isAlive('SIGTERM'); alive && performance.now() < deadline; alive = isAlive(0)) await delay(200);
}
