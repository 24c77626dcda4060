/**
 * Loaded into every child that runs sandboxed jobs, before anything else. A child whose
 * worker was killed would go on running the job beside its second run elsewhere, and then
 * spin for ever on a channel that nobody reads.
 */
import { isMainThread, Worker } from 'node:worker_threads';

const CHECK_MS = 1_000;

if (isMainThread && process.connected) {
  process.once('disconnect', () => process.exit(1));
  // A job that blocks the event loop never hears the disconnect: a thread looks for a new parent.
  const watch = `
    const wait = new Int32Array(new SharedArrayBuffer(4));
    while (process.ppid === ${process.ppid}) Atomics.wait(wait, 0, 0, ${CHECK_MS});
    process.kill(process.pid, 'SIGKILL');`;
  new Worker(watch, { eval: true, stdout: false, stderr: false, execArgv: [], env: {} }).unref();
}
