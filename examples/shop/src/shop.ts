import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { askPaymentService, readControl } from './control-file.js';
import { shopEnvironment } from './shop-environment.js';
import { parseShopCommand, type ShopCommand } from './troubles/parse-command.js';
import { type TroubleName, troubleKinds, troubleNames } from './troubles/trouble.js';
import { TroubleBoard } from './troubles/trouble-board.js';

/** `npm run shop -- <command>`: makes trouble in the running shop, ends it, and says how the shop is. */

const folders = shopEnvironment();
const troubles = new TroubleBoard(folders.troublesFile);

const command = parseShopCommand(process.argv.slice(2));
if (command.kind === 'help') printHelp();
else if (command.kind === 'status') await printStatus();
else if (command.kind === 'start') await startTrouble(command);
else if (command.kind === 'fix') await fix(command.troubles);
else {
  console.error(`${command.message}\n`);
  printHelp();
  process.exitCode = 2;
}

async function startTrouble(wanted: Extract<ShopCommand, { kind: 'start' }>): Promise<void> {
  const { trouble, seconds, times } = wanted;
  const until = new Date(Date.now() + seconds * 1_000).toISOString();
  await troubles.start(trouble, { until, ...(times !== undefined && { times }) });
  const kind = troubleKinds[trouble];
  console.log(times === undefined ? kind.does : `Orders come ${times} times as fast.`);
  console.log(`Watch in Drover: ${kind.watch}`);
  console.log(`It ends by itself in ${seconds} s, or with: npm run shop -- fix ${kind.subject}`);
  if (!(await isOpen())) console.log('The shop is not open now: start it with npm start.');
}

async function fix(names: readonly TroubleName[]): Promise<void> {
  const ended = await troubles.end(names);
  console.log(ended.length === 0 ? 'Nothing of it was on.' : `Ended: ${ended.join(', ')}. Watch the queues recover.`);
}

async function printStatus(): Promise<void> {
  const control = await readControl(folders.controlFile);
  const payments = control && (await askPaymentService(control));
  if (control === undefined || payments === undefined) console.log('The shop is not open: start it with npm start.');
  else {
    console.log(`The shop is open (pid ${control.pid}); Drover: ${control.droverUrl ?? 'starting'}`);
    const { charged, declined, replayed, refused, failed, inFlight } = payments;
    console.log(
      `Payments since their service started: ${charged} charged, ${declined} declined, ${replayed} repeated, ` +
        `${refused} refused (429), ${failed} failed, ${inFlight} in progress`,
    );
  }
  const on = Object.entries(await troubles.all());
  if (on.length === 0) console.log('No trouble is on.');
  for (const [name, { until }] of on) {
    console.log(`On: ${name}, for ${Math.round((Date.parse(until) - Date.now()) / 1_000)} s more`);
  }
  const outputs = [folders.outboxFolder, folders.variantsFolder, folders.documentsFolder, folders.databaseFolder];
  for (const folder of outputs) console.log(`${relative(process.cwd(), folder)}: ${await countFiles(folder)} files`);
}

async function isOpen(): Promise<boolean> {
  const control = await readControl(folders.controlFile);
  return control !== undefined && (await askPaymentService(control)) !== undefined;
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).length;
}

function printHelp(): void {
  const lines = troubleNames.map((name) => {
    const { start, seconds, does } = troubleKinds[name];
    return `  ${start.padEnd(16)} ${does} (${seconds} s)`;
  });
  console.log(
    [
      'npm run shop -- <command>',
      '',
      'Make trouble in the running shop:',
      ...lines,
      '      --seconds <n>    for so long',
      '      --times <n>      of flash-sale: how many times the usual orders (10)',
      '',
      '  fix <subject>    end it: flash-sale, payments, assets, search, email, tax or all',
      '  status           what is open, what is on, what was made',
      '  help             this',
    ].join('\n'),
  );
}
