import { fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askPaymentService, engineIdOf, readControl, type ShopControl, writeControl } from './control-file.js';
import { startDrover } from './processes/drover-child.js';
import { SupervisedChild } from './processes/supervised-child.js';
import { choosePort } from './services/listen-on-loopback.js';
import { shopEnvironment } from './shop-environment.js';
import { troubleKinds } from './troubles/trouble.js';

/**
 * Runs the shop: its services, then Drover with the shop's workers, then, once Drover is ready, the storefront.
 * Stops them in the reverse order. A service that dies is started again; when Drover ends, the shop ends with it.
 */

const configFile = fileURLToPath(new URL('../drover.config.mjs', import.meta.url));
const folders = shopEnvironment();
await mkdir(folders.dataFolder, { recursive: true });

const engine = process.env.DROVER_ENGINE ?? 'embedded';
const droverDataDir = resolve(process.env.DROVER_DATA_DIR ?? '.drover');
const engineId = engineIdOf(engine, droverDataDir);

const earlier = await readControl(folders.controlFile);
// A second control plane on one engine joins the shop that is open already, and uses its services.
const joins = earlier !== undefined && (await askPaymentService(earlier)) !== undefined;
if (joins && earlier.engineId !== engineId) {
  console.error(
    `shop: the shop of ${folders.dataFolder} is open on another engine (pid ${earlier.pid}). ` +
      'Stop it, or give this one a folder of its own with SHOP_DATA_DIR.',
  );
  process.exit(1);
}
const control: ShopControl = joins
  ? earlier
  : {
      pid: process.pid,
      engineId,
      // The ports of the last run, if they are free: workers that outlived it go on without a gap.
      smtpPort: await choosePort(earlier?.smtpPort ?? 0),
      paymentsPort: await choosePort(earlier?.paymentsPort ?? 0),
    };
const childEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  DROVER_ENGINE: engine,
  DROVER_DATA_DIR: droverDataDir,
  SHOP_DATA_DIR: folders.dataFolder,
  SHOP_SMTP_PORT: String(control.smtpPort),
  SHOP_PAYMENTS_URL: `http://127.0.0.1:${control.paymentsPort}`,
};

const services = childProcess('services', () => guardDrover());
const storefront = childProcess('storefront');
const pictures = preparePictures();
if (joins) console.log(`shop: open already (pid ${control.pid}); this is one more control plane for it`);
else {
  // At once, before the shop is open: a second start a moment later must find this one.
  await writeControl(folders.controlFile, control);
  services.start();
}

const drover = startDrover(['--config', configFile, ...process.argv.slice(2)], childEnvironment);
guardDrover();

let stopRequestedMs: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void requestStop());

drover.ready.then(
  (droverUrl) => (joins ? takeOverWhenClosed(droverUrl) : openShop(droverUrl)),
  () => undefined,
);
const exitCode = await drover.ended;
await storefront.stop();
await services.stop();
process.exit(exitCode);

/** Storefront first, so that nothing is added to queues that nobody serves; the rest follows Drover's end. */
async function requestStop(): Promise<void> {
  const nowMs = performance.now();
  // npm forwards the Ctrl-C that the terminal has sent us already. A later one is meant, and Drover's to judge.
  if (stopRequestedMs !== undefined && nowMs - stopRequestedMs < 1_000) return;
  const isFirst = stopRequestedMs === undefined;
  stopRequestedMs = nowMs;
  if (isFirst) {
    console.log('shop: closing; jobs in progress are finished first');
    await storefront.stop();
  }
  drover.terminate();
}

/** The one who opened the shop may stop, or be killed: its workers, ours now, still send mail and charge cards. */
async function takeOverWhenClosed(droverUrl: string): Promise<void> {
  for (let misses = 0; misses < 2; ) {
    await delay(2_000);
    if (stopRequestedMs !== undefined) return;
    misses = (await askPaymentService(control)) === undefined ? misses + 1 : 0;
  }
  console.log('shop: the one who opened it is gone; it goes on from here');
  services.start();
  await openShop(droverUrl);
}

async function openShop(droverUrl: string): Promise<void> {
  await pictures;
  if (stopRequestedMs !== undefined) return;
  await writeControl(folders.controlFile, { ...control, pid: process.pid, droverUrl });
  storefront.start();
  const place = (folder: string) => relative(process.cwd(), folder);
  console.log(
    [
      '',
      'The shop is open. What its jobs make:',
      `  mails      ${place(folders.outboxFolder)}`,
      `  pictures   ${place(folders.variantsFolder)}`,
      `  invoices   ${place(folders.documentsFolder)}`,
      `  index      ${place(folders.indexFolder)}`,
      `  database   ${place(folders.databaseFolder)}`,
      'Make it trouble, and watch Drover:',
      ...Object.values(troubleKinds).map(({ start, does }) => `  npm run shop -- ${start.padEnd(15)} ${does}`),
      '',
    ].join('\n'),
  );
}

function childProcess(name: string, onReady?: () => void): SupervisedChild {
  const module = new URL(`./processes/${name}-process.js`, import.meta.url);
  return new SupervisedChild({ name, module, environment: childEnvironment, ...(onReady && { onReady }) });
}

/** Lets the services end Drover in good order if this process is killed without a chance to. */
function guardDrover(): void {
  if (drover.pid !== undefined) services.send({ type: 'guard', pid: drover.pid });
}

function preparePictures(): Promise<void> {
  const child = fork(fileURLToPath(new URL('./processes/pictures-process.js', import.meta.url)), {
    env: childEnvironment,
  });
  return new Promise((done) => {
    child.on('error', (error) => console.error(`shop: drawing pictures: ${error.message}`));
    child.on('exit', (code) => {
      if (code !== 0) console.error(`shop: drawing pictures ended with ${code}; picture jobs will fail`);
      done();
    });
  });
}
