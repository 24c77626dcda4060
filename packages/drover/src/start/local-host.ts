import { freemem, hostname, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalSupervisor, MemoryConfig } from '@drover/control-plane';
import type { Engine, RunnableQueue, SupervisedQueueStatus } from '@drover/core';
import type { Logger } from 'pino';
import type { ResolvedConfig, ResolvedQueue } from '../config/resolve-config.js';

export interface LocalHostOptions {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly instanceId: string;
  readonly version: string;
  readonly log: Logger;
  /** `null` on a host that runs no workers. */
  readonly supervisor: LocalSupervisor | null;
  /** In force now: a replacement is started only where it fits. */
  readonly memory: Pick<MemoryConfig, 'limitsFor'>;
}

export interface LocalHost {
  stop(): Promise<void>;
}

const MB = 2 ** 20;
const STEP_MS = 1_000;
/** Several steps: one slow answer of the engine must not move this host's workers elsewhere. */
const PRESENCE_TTL_MS = 10_000;

/**
 * Tells the fleet that this host lives, and lets its supervisor run what the leader assigned
 * to it. While the engine is away the supervisor keeps what it has.
 */
export function startLocalHost(options: LocalHostOptions): LocalHost {
  const { engine, instanceId, supervisor, log } = options;
  const stopping = new AbortController();
  const startedAtMs = Date.now();
  const wants = wantedWorkers(options.config);
  let failing = false;

  const step = async (): Promise<void> => {
    const queues: readonly SupervisedQueueStatus[] = supervisor?.status() ?? [];
    await engine.fleet.announceHost(
      {
        host: hostname(),
        instanceId,
        pid: process.pid,
        version: options.version,
        startedAtMs,
        runsWorkers: supervisor !== null,
        wants,
        runs: runnableHere(options),
        ...(options.config.workerBudgetMB !== null && { workerBudgetMB: options.config.workerBudgetMB }),
        totalMemoryMB: Math.round(totalmem() / MB),
        freeMemoryMB: Math.round(freemem() / MB),
        queues,
      },
      PRESENCE_TTL_MS,
    );
    if (supervisor === null) return;
    const assignment = await engine.fleet.readAssignment();
    supervisor.apply(wantedHere(assignment, options));
  };

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await step();
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'cannot reach the engine: workers stay as they are');
        failing = true;
      }
      await pause(STEP_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await loop;
      await engine.fleet.withdrawHost(instanceId).catch((error: unknown) => {
        log.warn({ err: error }, 'this host could not sign off; it fades in a few seconds');
      });
    },
  };
}

/** The smallest fleet of each queue that this host can run: all that a leader of an earlier version asks of it. */
function wantedWorkers({ queues }: ResolvedConfig): Readonly<Record<string, number>> {
  const run = [...queues.values()].filter(isRunHere);
  return Object.fromEntries(run.map(({ queueName, minWorkers }) => [queueName, minWorkers]));
}

/** What the leader decides by; a worker's limit as it is in force now. */
function runnableHere({ config, memory }: LocalHostOptions): Readonly<Record<string, RunnableQueue>> {
  const run = [...config.queues.values()].filter(isRunHere);
  const told = run.map(({ queueName, minWorkers, maxWorkers, concurrency: slots, priority }) => {
    const workerMB = memory.limitsFor(queueName).hardLimitMB;
    return [queueName, { minWorkers, maxWorkers, slots, workerMB, priority }] as const;
  });
  return Object.fromEntries(told);
}

/** The workers of other queues run on a platform. */
function isRunHere({ processor, actuator }: ResolvedQueue): boolean {
  return processor !== null && actuator === 'local';
}

type Wanted = Parameters<LocalSupervisor['apply']>[0];

/** This host's share of the assignment, as far as its own configuration can run it. */
function wantedHere(
  assignment: Awaited<ReturnType<Engine['fleet']['readAssignment']>>,
  { config, instanceId, memory }: LocalHostOptions,
): Wanted {
  const wanted = [...config.queues.values()].filter(isRunHere).map(({ queueName, graceMs }) => {
    const count = assignment[queueName]?.[instanceId] ?? 0;
    return [queueName, { count, graceMs, memoryLimitMB: memory.limitsFor(queueName).hardLimitMB }] as const;
  });
  return new Map(wanted);
}
