/**
 * The processor of the tests' worker processes: each job says what shall happen to it, and
 * every run leaves a line in the file that it names, which survives a kill -9.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export default async function run(job, _token, signal) {
  const { trace, act = 'done', ms = 0, cured } = job.data;
  if (trace) appendFileSync(trace, `${job.id} ${process.pid}\n`);
  if (cured && existsSync(cured)) return 'done';
  if (act === 'kill') process.kill(process.pid, 'SIGKILL');
  if (act === 'done') return ms > 0 ? delay(ms, 'done') : 'done';
  if (act === 'fail') throw new Error('asked to fail');
  if (act === 'until-aborted') return delay(3_600_000, null, { signal });
  if (act === 'for-ever') return delay(3_600_000);
  if (act === 'once-for-ever') return job.attemptsStarted > 1 ? 'done' : delay(3_600_000);
  if (act === 'block') {
    const end = Date.now() + ms;
    while (Date.now() < end);
    return 'done';
  }
  if (act === 'crash') setImmediate(() => Promise.reject(new Error('nobody caught this')));
  if (act === 'environment') return JSON.stringify(process.env);
  return delay(3_600_000);
}
