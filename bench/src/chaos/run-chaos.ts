import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLocalSupervisor, type LocalSupervisor } from '@drover/control-plane';
import { openEngine, openQueues } from '@drover/engines';
import { spawnWorkerProcess, type WorkerProcessSpec } from '@drover/worker/process';

export interface ChaosOptions {
  readonly url: string;
  readonly jobs: number;
  readonly workers: number;
  readonly concurrency: number;
  /** kill -9, of a worker at random. */
  readonly kills: number;
  /** Replacements of a worker at random: a drain with a grace too short for the longest jobs. */
  readonly drains: number;
  readonly graceMs: number;
  /** Longest job but for one in fifty, which takes ten times that. */
  readonly jobMs: number;
  readonly seed: number;
  readonly giveUpAfterMs: number;
  /** BullMQ worker options; shorter locks make a small run short. */
  readonly worker?: WorkerProcessSpec['worker'];
  /** Program of the workers. Default: the built bundle. */
  readonly main?: string;
}

export interface ChaosResult {
  readonly seed: number;
  readonly jobs: number;
  readonly completed: number;
  readonly failed: number;
  /** Neither completed nor failed, nor anywhere else. */
  readonly lost: number;
  readonly kills: number;
  readonly drains: number;
  readonly runs: number;
  /** Runs beyond the first of each job. */
  readonly reruns: number;
  /** Of these, after a run that was cut short by kill -9. */
  readonly rerunsAfterKill: number;
  /** Of these, after a run in a worker that drained. */
  readonly rerunsAfterDrain: number;
  /** Hand-backs that drained workers counted. */
  readonly handedBack: number;
  /** Re-runs that nothing explains. */
  readonly rerunsUnexplained: number;
  readonly tookMs: number;
}

const QUEUE = 'chaos';
const HOST = 'chaos';
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Works through many jobs while workers are killed and replaced at random, and accounts for every run. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-chaos-'));
  const trace = join(folder, 'trace');
  const random = seeded(options.seed);
  const engine = await openEngine(options.url);
  const queues = await openQueues(options.url);
  const queue = queues.queue<{ trace: string; ms: number }>(QUEUE);
  const startedAtMs = performance.now();
  let supervisor: LocalSupervisor | null = null;
  try {
    for (let added = 0; added < options.jobs; added += 1_000) {
      const chunk = Array.from({ length: Math.min(1_000, options.jobs - added) }, () => {
        const long = random() < 0.02 ? 10 : 1;
        return { name: 'job', data: { trace, ms: Math.ceil(random() * options.jobMs * long) } };
      });
      await queue.addBulk(chunk);
    }
    supervisor = await createLocalSupervisor({
      host: HOST,
      instanceId: 'chaos',
      fleet: engine.fleet,
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      log: quiet,
      onOutput: () => {},
      // Twenty kills in a minute are a crash loop; here they are the weather.
      restartLimits: { longestWaitMs: 500 },
      spawn: (worker) => spawnWorkerProcess(specOf(options, worker), options.main ? { main: options.main } : {}),
    });
    supervisor.apply(new Map([[QUEUE, { count: options.workers, graceMs: options.graceMs }]]));
    const finished = async () => (await queue.getJobCounts('completed', 'failed')) as Record<string, number>;
    const killedPids = await torment(supervisor, options, random, async () => (await finished()).completed ?? 0);
    const giveUpAtMs = startedAtMs + options.giveUpAfterMs;
    let counts = await finished();
    while ((counts.completed ?? 0) + (counts.failed ?? 0) < options.jobs && performance.now() < giveUpAtMs) {
      await delay(100);
      counts = await finished();
    }
    const tookMs = Math.round(performance.now() - startedAtMs);
    await supervisor.stop({ graceMs: 5_000 });
    const reports = await engine.fleet.readReports();
    const handedBack = reports.reduce((sum, { totals }) => sum + totals.handedBack, 0);
    const drainedPids = new Set(reports.filter(({ state }) => state === 'stopped').map(({ pid }) => pid));
    const everywhere = await queue.getJobCounts();
    const known = Object.values(everywhere).reduce((sum, count) => sum + count, 0);
    return {
      seed: options.seed,
      jobs: options.jobs,
      completed: counts.completed ?? 0,
      failed: counts.failed ?? 0,
      lost: options.jobs - known,
      kills: killedPids.size,
      drains: options.drains,
      ...accountFor(trace, killedPids, drainedPids),
      handedBack,
      tookMs,
    };
  } finally {
    await supervisor?.stop({ graceMs: 0 });
    await queues.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills and replaces workers as the jobs progress, so that the last blow falls before the last job. */
async function torment(
  supervisor: LocalSupervisor,
  { jobs, kills, drains, giveUpAfterMs }: ChaosOptions,
  random: () => number,
  completed: () => Promise<number>,
): Promise<Set<number>> {
  const killed = new Set<number>();
  const blows = [
    ...Array.from({ length: kills }, () => ({ kind: 'kill', atShare: 0.02 + random() * 0.9 })),
    ...Array.from({ length: drains }, () => ({ kind: 'drain', atShare: 0.02 + random() * 0.9 })),
  ].sort((a, b) => a.atShare - b.atShare);
  const giveUpAtMs = performance.now() + giveUpAfterMs;
  for (const { kind, atShare } of blows) {
    while ((await completed()) < jobs * atShare && performance.now() < giveUpAtMs) await delay(20);
    for (;;) {
      const targets = supervisor.members().filter(({ phase, recycle }) => phase === 'ready' && recycle === null);
      const victim = targets[Math.floor(random() * targets.length)];
      if (victim === undefined && performance.now() < giveUpAtMs) {
        await delay(20);
        continue;
      }
      if (victim === undefined) break;
      if (kind === 'drain') supervisor.recycle(victim.workerId, 'chaos');
      else {
        process.kill(victim.pid, 'SIGKILL');
        killed.add(victim.pid);
        while (supervisor.members().some(({ pid }) => pid === victim.pid)) await delay(5);
      }
      break;
    }
  }
  return killed;
}

function specOf(options: ChaosOptions, worker: { queueName: string; workerId: string }): WorkerProcessSpec {
  return {
    ...worker,
    host: HOST,
    engine: options.url.startsWith('postgres')
      ? { kind: 'postgres', connection: { connectionString: options.url } }
      : { kind: 'redis', connection: { url: options.url } },
    processorFile: fileURLToPath(new URL('./processor.mjs', import.meta.url)),
    concurrency: options.concurrency,
    graceMs: options.graceMs,
    worker: { ...options.worker },
  };
}

type Account = Pick<ChaosResult, 'runs' | 'reruns' | 'rerunsAfterKill' | 'rerunsAfterDrain' | 'rerunsUnexplained'>;

/** Each run but a job's last was cut short; the process that began it tells by what. */
function accountFor(trace: string, killed: ReadonlySet<number>, drained: ReadonlySet<number>): Account {
  const lines = existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : [];
  const runsOf = new Map<string, number[]>();
  for (const line of lines) {
    const [id = '', pid] = line.split(' ');
    runsOf.set(id, [...(runsOf.get(id) ?? []), Number(pid)]);
  }
  const cutShort = [...runsOf.values()].flatMap((pids) => pids.slice(0, -1));
  const afterKill = cutShort.filter((pid) => killed.has(pid)).length;
  const afterDrain = cutShort.filter((pid) => !killed.has(pid) && drained.has(pid)).length;
  return {
    runs: lines.length,
    reruns: cutShort.length,
    rerunsAfterKill: afterKill,
    rerunsAfterDrain: afterDrain,
    rerunsUnexplained: cutShort.length - afterKill - afterDrain,
  };
}

/** mulberry32: the same seed, the same blows. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
