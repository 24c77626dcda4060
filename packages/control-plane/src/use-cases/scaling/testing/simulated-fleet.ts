import { type HostPresence, type RunnableQueue, zeroTotals } from '@drover/core';
import { emptyState, type MemoryEngine } from '../../../testing/memory-engine.js';
import { workerReport } from '../../../testing/worker-report.js';

const STEP_MS = 100;

interface SimulatedWorker {
  readonly id: string;
  readonly startedAtMs: number;
  readonly readyAtMs: number;
  busyUntilMs: number | null;
  draining: boolean;
  durationsMs: number[];
}

/** Hosts with workers that run jobs of one length, over an engine in memory; time goes on by `step`. */
export class SimulatedFleet {
  readonly #engine: MemoryEngine;
  readonly #workers = new Map<string, SimulatedWorker[]>();
  readonly #waiting = new Map<string, number[]>();
  readonly waitsMs: number[] = [];
  startUpMs = 2_000;
  serviceMs = 500;
  rssMB = 100;
  #ids = 0;

  constructor(engine: MemoryEngine) {
    this.#engine = engine;
  }

  join(instanceId: string, runs: Record<string, Partial<RunnableQueue>>, change: Partial<HostPresence> = {}): void {
    const full = Object.entries(runs).map(([queueName, told]) => {
      const defaults = { minWorkers: 1, maxWorkers: 8, slots: 1, workerMB: 256, priority: 0 };
      return [queueName, { ...defaults, ...told }] as const;
    });
    for (const [queueName] of full) this.#engine.queueStates.set(queueName, emptyState(queueName));
    this.#engine.hosts.push({
      host: `machine-${instanceId}`,
      instanceId,
      pid: 1,
      version: '0.1.0',
      startedAtMs: Date.now(),
      runsWorkers: true,
      wants: Object.fromEntries(full.map(([queueName, { minWorkers }]) => [queueName, minWorkers])),
      runs: Object.fromEntries(full),
      totalMemoryMB: 64_000,
      freeMemoryMB: 60_000,
      queues: [],
      ...change,
    });
  }

  add(queueName: string, jobs: number): void {
    const waiting = this.#waiting.get(queueName) ?? [];
    this.#waiting.set(queueName, waiting);
    for (let job = 0; job < jobs; job++) waiting.push(Date.now());
    this.#tell(queueName);
  }

  ready(queueName: string): number {
    return this.#of(queueName).filter(({ readyAtMs, draining }) => readyAtMs <= Date.now() && !draining).length;
  }

  /** Once every `STEP_MS`. */
  step(): void {
    const nowMs = Date.now();
    for (const queueName of this.#engine.queueStates.keys()) {
      this.#follow(queueName, nowMs);
      this.#work(queueName, nowMs);
      this.#tell(queueName);
    }
  }

  static readonly stepMs = STEP_MS;

  #of(queueName: string): SimulatedWorker[] {
    const workers = this.#workers.get(queueName) ?? [];
    this.#workers.set(queueName, workers);
    return workers;
  }

  #follow(queueName: string, nowMs: number): void {
    const wanted = Object.values(this.#engine.assignment[queueName] ?? {}).reduce((sum, count) => sum + count, 0);
    const workers = this.#of(queueName);
    const staying = () => workers.filter(({ draining }) => !draining);
    while (staying().length < wanted) {
      const id = `${queueName}-${++this.#ids}`;
      const readyAtMs = nowMs + this.startUpMs;
      workers.push({ id, startedAtMs: nowMs, readyAtMs, busyUntilMs: null, draining: false, durationsMs: [] });
    }
    for (const worker of staying().slice(wanted)) worker.draining = true;
    for (const worker of workers.filter(({ draining, busyUntilMs }) => draining && busyUntilMs === null)) {
      workers.splice(workers.indexOf(worker), 1);
      this.#report(queueName, worker, 'stopped');
    }
  }

  #work(queueName: string, nowMs: number): void {
    const waiting = this.#waiting.get(queueName) ?? [];
    for (const worker of this.#of(queueName)) {
      if (worker.readyAtMs > nowMs) continue;
      if (worker.busyUntilMs !== null && worker.busyUntilMs <= nowMs) {
        worker.busyUntilMs = null;
        worker.durationsMs.push(this.serviceMs);
      }
      if (worker.busyUntilMs !== null || worker.draining) continue;
      const added = waiting.shift();
      if (added === undefined) continue;
      this.waitsMs.push(nowMs - added);
      worker.busyUntilMs = nowMs + this.serviceMs;
    }
  }

  #tell(queueName: string): void {
    const nowMs = Date.now();
    const waiting = this.#waiting.get(queueName) ?? [];
    const workers = this.#of(queueName);
    const [oldest] = waiting;
    this.#engine.queueStates.set(queueName, {
      ...(this.#engine.queueStates.get(queueName) ?? emptyState(queueName)),
      waiting: waiting.length,
      active: workers.filter(({ busyUntilMs }) => busyUntilMs !== null).length,
      oldestWaitingMs: oldest === undefined ? null : nowMs - oldest,
    });
    for (const worker of workers) {
      if (worker.readyAtMs <= nowMs) this.#report(queueName, worker, worker.draining ? 'draining' : 'ready');
    }
    const status = {
      queueName,
      desired: workers.length,
      starting: workers.filter(({ readyAtMs }) => readyAtMs > nowMs).length,
      ready: this.ready(queueName),
      draining: workers.filter(({ draining }) => draining).length,
      crashLoop: null,
      startUpMs: workers.some(({ readyAtMs }) => readyAtMs <= nowMs) ? this.startUpMs : null,
    };
    this.#engine.hosts = this.#engine.hosts.map((host) => {
      if (host.wants[queueName] === undefined) return host;
      return { ...host, queues: [...host.queues.filter((each) => each.queueName !== queueName), status] };
    });
  }

  #report(queueName: string, worker: SimulatedWorker, state: 'ready' | 'draining' | 'stopped'): void {
    const completed = worker.durationsMs.length;
    this.#engine.reportsById.set(
      worker.id,
      workerReport({
        workerId: worker.id,
        queueName,
        host: this.#engine.hosts[0]?.host ?? 'machine',
        state,
        startedAtMs: worker.startedAtMs,
        reportedAtMs: Date.now(),
        totals: { ...zeroTotals, started: completed + (worker.busyUntilMs === null ? 0 : 1), completed },
        durationsMs: worker.durationsMs,
        active: worker.busyUntilMs === null ? 0 : 1,
        memory: { heapUsed: 40, heapTotal: 60, external: 2, rss: this.rssMB, arrayBuffers: 1 },
      }),
    );
  }
}
