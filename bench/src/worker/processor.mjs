import { performance } from 'node:perf_hooks';

/** Jobs that are not measured: start-up and the first compilation. */
const WARM_UP = 2_000;

let runs = 0;
let began = null;

/** Does nothing, or waits as the job says, and tells the parent what the measured jobs cost. */
export default async function run(job) {
  runs++;
  if (runs === WARM_UP) began = { atMs: performance.now(), cpu: process.cpuUsage() };
  if (runs === job.data.last) {
    const { user, system } = process.cpuUsage(began.cpu);
    const jobs = runs - WARM_UP;
    const tookMs = performance.now() - began.atMs;
    process.send({ type: 'measured', jobsPerSecond: (jobs / tookMs) * 1000, cpuUsPerJob: (user + system) / jobs });
  }
  if (job.data.ms > 0) await new Promise((resolve) => setTimeout(resolve, job.data.ms));
}
