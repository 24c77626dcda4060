import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const config = `import { defineConfig } from 'drover';

export default defineConfig({
  // Where jobs and Drover's own state live: 'embedded' (a PostgreSQL that Drover runs in
  // .drover/), 'redis://…', 'rediss://…' or 'postgres://…'. DROVER_ENGINE overrides it.
  engine: 'embedded',

  queues: {
    // One entry per queue whose workers Drover runs. Queues without an entry are watched.
    example: {
      // Exports the function that handles a job: (job, token, signal) => result.
      processor: './jobs/example.mjs',
      // Jobs that one worker process handles at once.
      concurrency: 5,
      // Worker processes: Drover runs as many as keep the jobs' wait short, within these bounds.
      // With minWorkers 0 the queue has none until there is a job.
      minWorkers: 1,
      maxWorkers: 4,
      // How long a stopping worker may finish its jobs before it hands them back.
      graceMs: 30_000,
      memory: { softLimitMB: 384, hardLimitMB: 512 },
    },
  },
});
`;

const processor = `/** Handles one job of the queue "example". A thrown error fails the attempt. */
export default async function example(job, _token, signal) {
  signal?.throwIfAborted();
  return { greeting: \`Hello, \${job.data.name ?? 'world'}\` };
}
`;

const producer = `import { connect } from 'drover';

// Adds ten jobs to the queue "example". Run it while \`drover start\` runs.
const drover = await connect();
const queue = drover.queue('example');
for (let index = 1; index <= 10; index++) {
  await queue.add('greet', { name: \`visitor \${index}\` }, { attempts: 3, backoff: { type: 'exponential', delay: 1_000 } });
}
await drover.close();
console.log('Added 10 jobs.');
`;

export interface InitResult {
  readonly written: readonly string[];
  /** Files that were there already and were left as they are. */
  readonly kept: readonly string[];
}

/** Writes a commented configuration, an example handler and a script that adds jobs. Overwrites nothing. */
export async function initProject(folder: string): Promise<InitResult> {
  const files = {
    'drover.config.mjs': config,
    'jobs/example.mjs': processor,
    'jobs/add-example-jobs.mjs': producer,
  };
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    const taken = name.startsWith('drover.config') ? existingConfig(folder) : existsSync(path) ? name : null;
    if (taken !== null) {
      kept.push(taken);
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: 'wx' });
    written.push(name);
  }
  return { written, kept };
}

function existingConfig(folder: string): string | null {
  const endings = ['ts', 'mts', 'js', 'mjs', 'json'];
  return endings.map((ending) => `drover.config.${ending}`).find((name) => existsSync(join(folder, name))) ?? null;
}

/** `drover init` */
export async function initCommand(): Promise<void> {
  const { written, kept } = await initProject(process.cwd());
  for (const name of written) process.stdout.write(`wrote  ${name}\n`);
  for (const name of kept) process.stdout.write(`kept   ${name} (was there already)\n`);
  process.stdout.write(
    '\nNext:\n  npx drover start                   then open the address it prints\n  node jobs/add-example-jobs.mjs     adds ten jobs to watch\n',
  );
}
