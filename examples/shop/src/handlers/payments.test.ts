import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyedJournal } from '../files/keyed-journal.js';
import { type Random, seededRandom } from '../seeded-random.js';
import type { Charge } from '../services/charge.js';
import type { PaymentMode } from '../services/payment-behaviour.js';
import { startPaymentService } from '../services/payment-service.js';
import type { RunningService } from '../services/smtp-sink.js';
import { jobOf, temporaryFolder } from '../testing.js';
import payments from './payments.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let service: RunningService;
let mode: PaymentMode = 'normal';
let dice = 0.5;

/** Quick replies, and the outcome that a test asks for through `dice`. */
const loaded: Random = { ...seededRandom(1), logNormal: () => 1, next: () => dice, chance: () => false };

async function start(port: number): Promise<RunningService> {
  const charges = new KeyedJournal<Charge>(folder.path);
  const started = await startPaymentService({ charges, port, random: loaded, mode: async () => mode });
  process.env.SHOP_PAYMENTS_URL = `http://127.0.0.1:${started.port}`;
  return started;
}

beforeAll(async () => {
  folder = await temporaryFolder();
  service = await start(0);
});

afterAll(async () => {
  await service.close();
  await folder.remove();
});

const data = { orderId: 'o-1', amountCents: 4_990, card: 'card-good' };

test('a good card is charged with the amount of the order', async () => {
  await expect(payments(jobOf<'payments'>('pay-good', data))).resolves.toMatchObject({
    orderId: 'o-1',
    amountCents: 4_990,
    status: 'captured',
  });
});

test('a declined card is a result and not a failure', async () => {
  const job = jobOf<'payments'>('pay-declined', { ...data, card: 'card-declined' });
  await expect(payments(job)).resolves.toMatchObject({ status: 'declined' });
});

test('a payment whose reply was lost is not charged again, even by a restarted service', async () => {
  const job = jobOf<'payments'>('pay-lost', data);
  dice = 0.014;
  await expect(payments(job)).rejects.toThrow('fetch failed');
  dice = 0.5;
  await service.close();
  service = await start(service.port);
  const first = await payments(job);
  const second = await payments(job);

  expect(second.chargeId).toBe(first.chargeId);
  const rows = await new KeyedJournal<Charge>(folder.path).get('pay-lost', new Date());
  expect(rows?.chargeId).toBe(first.chargeId);
  const status = await (await fetch(`http://127.0.0.1:${service.port}/status`)).json();
  expect(status).toMatchObject({ charged: 0, replayed: 2 });
});

test('a broken service makes the job fail in a way that is retried', async () => {
  mode = 'broken';
  const failure: unknown = await payments(jobOf<'payments'>('pay-broken', data)).catch((error: unknown) => error);
  mode = 'normal';
  expect((failure as Error).message).toContain('got 503');
  expect((failure as Error).name).toBe('Error');
});

test('a key that belongs to another charge is not retried', async () => {
  await payments(jobOf<'payments'>('pay-key', data));
  const other = jobOf<'payments'>('pay-key', { ...data, amountCents: 1 });
  await expect(payments(other)).rejects.toMatchObject({ name: 'UnrecoverableError' });
});

test('an abort ends the wait for the service', async () => {
  const reason = new Error('drained');
  await expect(payments(jobOf<'payments'>('pay-abort', data), 'token', AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('more requests than the service holds get 429 and a time to come back', async () => {
  const slow: Random = { ...loaded, logNormal: () => 5_000 };
  const charges = new KeyedJournal<Charge>(folder.path);
  const small = await startPaymentService({ charges, port: 0, random: slow, mode: async () => 'slow' });
  const ask = (key: string) =>
    fetch(`http://127.0.0.1:${small.port}/charges`, {
      method: 'POST',
      headers: { 'idempotency-key': key },
      body: JSON.stringify(data),
    });
  const refusal = await Promise.any(
    Array.from({ length: 11 }, async (_, at) => {
      const response = await ask(`crowd-${at}`);
      if (response.status !== 429) throw new Error(`got ${response.status}`);
      return response;
    }),
  );
  expect(refusal.headers.get('retry-after')).toBe('1');
  await small.close();
});
