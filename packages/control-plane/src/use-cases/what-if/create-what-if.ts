import type { Engine, Retention, WorkerReport } from '@drover/core';
import type { Reads } from '../reads.js';
import type { ScalingPolicies } from '../scaling/scaling-policies.js';
import { createSimulationTurns } from './simulation-turns.js';
import { createWhatIfService, type WhatIfService, type WorkerFigures } from './what-if-service.js';

export interface WhatIfOptions {
  readonly engine: Pick<Engine, 'metrics' | 'fleet'>;
  readonly retention: readonly Retention[];
  readonly policies: Pick<ScalingPolicies, 'for'>;
  readonly reads: Pick<Reads, 'current'>;
  readonly configuredQueues: readonly string[];
  readonly nowMs: () => number;
}

/** What-if over the engine's history, with the figures of the workers that run now. */
export function createWhatIf({ engine, reads, configuredQueues, ...rest }: WhatIfOptions): WhatIfService {
  return createWhatIfService({
    ...rest,
    metrics: engine.metrics,
    turns: createSimulationTurns(),
    isKnown: (queueName) =>
      configuredQueues.includes(queueName) ||
      (reads.current()?.queues.some((queue) => queue.queueName === queueName) ?? false),
    async workersOf(queueName): Promise<WorkerFigures> {
      const [hosts, reports] = await Promise.all([engine.fleet.readHosts(), engine.fleet.readReports()]);
      const starts = hosts.flatMap(({ queues }) =>
        queues.filter((queue) => queue.queueName === queueName).map(({ startUpMs }) => startUpMs),
      );
      return {
        startUpMs: middle(starts.filter((startUpMs) => startUpMs !== null)),
        slotsPerWorker: middle(slotsOf(reports, queueName)),
      };
    },
  });
}

const slotsOf = (reports: readonly WorkerReport[], queueName: string): number[] =>
  reports.filter((report) => report.queueName === queueName).map(({ concurrency }) => concurrency);

/** The median, the upper one of two; `null` of none. */
function middle(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
