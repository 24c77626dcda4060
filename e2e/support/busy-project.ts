import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Project } from './run-drover.js';

const droverModule = pathToFileURL(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/drover/dist/index.js'),
).href;

/** A project with a quick queue, one whose jobs fail, and a script that keeps adding jobs to both. */
export function busyProject(settings: Readonly<Record<string, unknown>> = {}): Project {
  return new Project({
    'drover.config.mjs': `export default {
      environment: 'e2e',
      tickMs: 1000,
      ...${JSON.stringify(settings)},
      queues: {
        'quick': { processor: './jobs/quick.mjs', concurrency: 5, minWorkers: 2 },
        'failing': { processor: './jobs/failing.mjs', concurrency: 2, minWorkers: 1 },
      },
    };`,
    'jobs/quick.mjs': `export default async () => 'done';`,
    'jobs/failing.mjs': `export default async () => { throw new Error('the card was declined'); };`,
    'add-jobs.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const [queueName, count] = process.argv.slice(2);
      const jobs = Array.from({ length: Number(count) }, (_, index) => ({ name: 'job', data: { index } }));
      await drover.queue(queueName).addBulk(jobs);
      await drover.close();`,
  });
}
