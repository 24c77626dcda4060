import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askPaymentService, engineIdOf, readControl, writeControl } from './control-file.js';
import { KeyedJournal } from './files/keyed-journal.js';
import { seededRandom } from './seeded-random.js';
import type { Charge } from './services/charge.js';
import { listenOnLoopback } from './services/listen-on-loopback.js';
import { startPaymentService } from './services/payment-service.js';
import { temporaryFolder } from './testing.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const control = { pid: 1, engineId: engineIdOf('embedded', '/somewhere'), smtpPort: 1, paymentsPort: 1 };

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

test('what is written is read back, by the owner alone', async () => {
  const file = join(folder.path, 'control.json');
  expect(await readControl(file)).toBeUndefined();
  await writeControl(file, control);
  expect(await readControl(file)).toEqual(control);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a shop is open when its payment service answers, and only then', async () => {
  const service = await startPaymentService({
    charges: new KeyedJournal<Charge>(folder.path),
    port: 0,
    random: seededRandom(1),
    mode: async () => 'normal',
  });
  const open = { ...control, paymentsPort: service.port };
  expect(await askPaymentService(open)).toMatchObject({ charged: 0, inFlight: 0 });
  await service.close();
  expect(await askPaymentService(open)).toBeUndefined();
});

test("somebody else's server on the port of a shop that is gone is not taken for it", async () => {
  const server = createServer((_request, response) => response.end('{"hello":"world"}'));
  const paymentsPort = await listenOnLoopback(server, 0);
  expect(await askPaymentService({ ...control, paymentsPort })).toBeUndefined();
  server.close();
});

test('engines are told apart without keeping their passwords', () => {
  expect(engineIdOf('embedded', '/a')).not.toBe(engineIdOf('embedded', '/b'));
  expect(engineIdOf('redis://one', '/a')).toBe(engineIdOf('redis://one', '/b'));
  expect(engineIdOf('redis://:secret@one', '/a')).not.toContain('secret');
});
