/**
 * What jobs' pages, look-ups and searches take in a large queue, and what workers beside a full
 * search feel of it. Full searches alternate with quiet windows of the same length, so that
 * whatever else the machine does burdens both.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createJobs, type JobsService, SettingsCache } from '@drover/control-plane';
import type { Clock, Engine } from '@drover/core';
import { openEngine, openQueues } from '@drover/engines';
import { median, spread, writeResult } from '../result.js';
import { addKeptJobs } from './kept-jobs.js';

const COMPLETED = Number(process.env.JOBS_COMPLETED ?? 200_000);
const FAILED = Number(process.env.JOBS_FAILED ?? 50_000);
const QUEUES = 200;
const ROUNDS = 20;
const PAIRS = Number(process.env.JOBS_PAIRS ?? 4);
const WARM_UP_MS = 3_000;
/** As somebody searches who looks at what was found; searches without a pause pay for each other. */
const BETWEEN_SEARCHES_MS = 5_000;
const FIRST_HITS = 8;
const QUEUE = 'charges';

const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = new AbortController().signal;

/** Fills the engine at `url`, measures, and writes the result. `concurrency`: of the workers beside. */
export async function measureJobs(name: string, url: string, concurrency: number): Promise<void> {
  await addKeptJobs(url, QUEUE, COMPLETED, FAILED);
  await addQueues(url);
  const engine = await openEngine(url);
  try {
    const jobs = service(engine, await engine.queues.discover());
    const pages = await timePages(jobs);
    const ids = await time(ROUNDS, (round) => jobs.reads.find(String(1 + round * 97), jobs.view(false)));
    const firstHits = await timeFirstHits(jobs);
    const beside = await besideSearch(url, jobs, concurrency);
    writeResult(
      name,
      [
        { name: 'a page, ms, slowest', value: Math.max(...pages), limit: 200, is: 'atMost' },
        { name: `an id over ${QUEUES} queues, ms, slowest`, value: Math.max(...ids), limit: 50, is: 'atMost' },
        { name: 'first hit among the failed, ms, slowest', value: Math.max(...firstHits), limit: 500, is: 'atMost' },
        { name: 'throughput beside a full search, %', value: beside.percent, limit: 90, is: 'atLeast' },
      ],
      {
        ...{ completed: COMPLETED, failed: FAILED, queues: QUEUES, concurrency },
        pagesMs: spread(pages),
        idsMs: spread(ids),
        firstHitsMs: spread(firstHits),
        beside,
      },
    );
  } finally {
    await engine.close();
  }
}

/** With the queues' names at hand, as a control plane has them in its latest snapshot. */
function service(engine: Engine, names: readonly string[]): JobsService {
  const snapshot = { queues: names.map((queueName) => ({ queueName })) };
  return createJobs({
    ...{ engine, clock, redact: [], revealRole: 'admin' },
    reads: { current: () => snapshot } as unknown as Parameters<typeof createJobs>[0]['reads'],
    settings: new SettingsCache({ settings: engine.settings }),
  });
}

async function addQueues(url: string): Promise<void> {
  const queues = await openQueues(url);
  for (let index = 1; index < QUEUES; index += 1)
    await queues.queue(`queue-${index}`).add('job', {}, { jobId: `in-${index}` });
  await queues.close();
}

/** First pages and deep ones, from both ends. */
async function timePages(jobs: JobsService): Promise<number[]> {
  const taken: number[] = [];
  for (const state of ['completed', 'failed'] as const) {
    for (const order of ['newest', 'oldest'] as const) {
      let cursor: string | undefined;
      taken.push(
        ...(await time(ROUNDS, async () => {
          const page = await jobs.reads.page(
            QUEUE,
            { state, order, limit: 100, ...(cursor && { cursor }) },
            jobs.view(false),
          );
          cursor = page.next;
        })),
      );
    }
  }
  return taken;
}

const search = (order: number) => ({ where: [{ path: 'data.order', op: '=' as const, value: order }] });

/** Of jobs anywhere among the failed, the last looked at as often as the first. */
async function timeFirstHits(jobs: JobsService): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < FIRST_HITS; round += 1) {
    await pause(BETWEEN_SEARCHES_MS);
    taken.push(...(await time(1, () => firstHit(jobs, 1 + ((round * 12_347) % FAILED)))));
  }
  return taken;
}

async function firstHit(jobs: JobsService, newestBut: number): Promise<void> {
  const order = COMPLETED + FAILED - newestBut;
  for (let cursor: string | undefined; ; ) {
    const asked = {
      queues: [QUEUE],
      states: ['failed' as const],
      filter: search(order),
      limit: 1,
      ...(cursor && { cursor }),
    };
    const slice = await jobs.search(asked, jobs.view(false), never);
    if (slice.hits.length > 0 || slice.next === undefined) return;
    cursor = slice.next;
  }
}

async function time(rounds: number, work: (round: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    await work(round);
    taken.push(performance.now() - startedMs);
  }
  return taken;
}

interface Beside {
  /** Of the throughput without a search; median over pairs of a search and the window after it. */
  readonly percent: number;
  readonly quietJobsPerSecond: ReturnType<typeof spread>;
  readonly searchingJobsPerSecond: ReturnType<typeof spread>;
  readonly examinedPerSecond: ReturnType<typeof spread>;
  /** Beside workers that take all the engine gives; no target, for it is theirs. */
  readonly firstHitsMs: ReturnType<typeof spread>;
}

async function besideSearch(url: string, jobs: JobsService, concurrency: number): Promise<Beside> {
  const load = startLoad(url, concurrency);
  const [quiet, searching, examined]: [number[], number[], number[]] = [[], [], []];
  let firstHits: number[] = [];
  try {
    await pause(WARM_UP_MS);
    let tookMs = 0;
    const search = async () => {
      const beganMs = performance.now();
      let looked = 0;
      searching.push(
        await load.during(async () => {
          looked = await searchAll(jobs);
        }),
      );
      tookMs = performance.now() - beganMs;
      examined.push((looked * 1_000) / tookMs);
    };
    const rest = async () => quiet.push(await load.during(() => pause(tookMs)));
    // Each comes first as often as second: what else the machine does changes in the course of a pair.
    for (let pair = 0; pair < PAIRS; pair += 1) {
      if (pair % 2 === 0) await search();
      await rest();
      if (pair % 2 === 1) await search();
    }
    firstHits = await timeFirstHits(jobs);
  } finally {
    load.child.disconnect();
  }
  const percents = quiet.map((jobsPerSecond, index) => (100 * (searching[index] ?? 0)) / jobsPerSecond);
  return {
    percent: median(percents),
    quietJobsPerSecond: spread(quiet),
    searchingJobsPerSecond: spread(searching),
    examinedPerSecond: spread(examined),
    firstHitsMs: spread(firstHits),
  };
}

/** Searches all jobs of the queue for what is nowhere; answers how many it looked at. */
async function searchAll(jobs: JobsService): Promise<number> {
  for (let cursor: string | undefined; ; ) {
    const asked = { queues: [QUEUE], filter: search(-1), ...(cursor && { cursor }) };
    const slice = await jobs.search(asked, jobs.view(false), never);
    if (slice.next === undefined) return slice.examined;
    cursor = slice.next;
  }
}

function startLoad(url: string, concurrency: number) {
  const program = fileURLToPath(new URL('../retry/load-process.ts', import.meta.url));
  const child: ChildProcess = fork(program, [url, String(concurrency)], {
    execArgv: ['--conditions=drover-source', '--import', 'tsx'],
  });
  let finished = 0;
  child.on('message', (message) => {
    finished = (message as { finished: number }).finished;
  });
  return {
    child,
    /** Jobs a second while the work lasts. */
    async during(work: () => Promise<unknown>): Promise<number> {
      const [startedMs, before] = [performance.now(), finished];
      await work();
      return ((finished - before) * 1_000) / (performance.now() - startedMs);
    },
  };
}
