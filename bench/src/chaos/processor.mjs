import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Leaves a line for every run, which survives the worker's death, and takes as long as the job says. */
export default async function run(job, _token, signal) {
  appendFileSync(job.data.trace, `${job.id} ${process.pid}\n`);
  await delay(job.data.ms, null, { signal });
}
