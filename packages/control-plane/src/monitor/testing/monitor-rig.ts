import { defaultMemoryLimits, defaultRetention, defaultThresholds, zeroTotals } from '@drover/core';
import { pino } from 'pino';
import { afterEach, beforeEach, vi } from 'vitest';
import { MemorySettings } from '../../http/testing/memory-stores.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { workerReport } from '../../testing/worker-report.js';
import { createScaling } from '../../use-cases/scaling/create-scaling.js';
import { SettingsCache } from '../../use-cases/settings-cache.js';
import { type Monitor, startMonitor } from '../monitor.js';
import type { MonitorOptions } from '../monitor-options.js';

export const START = Date.UTC(2026, 10, 23, 12, 0, 0);

/** Monitors over one engine in memory, a new one for each test; time goes on by hand. */
export class MonitorRig {
  engine = new MemoryEngine(() => Date.now());
  readonly #monitors: Monitor[] = [];

  constructor() {
    beforeEach(() => {
      vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
      this.engine = new MemoryEngine(() => Date.now());
    });
    afterEach(async () => {
      const stopped = this.#monitors.splice(0).map((monitor) => monitor.stop());
      await vi.advanceTimersByTimeAsync(10_000);
      await Promise.all(stopped);
      vi.useRealTimers();
    });
  }

  start(
    instanceId: string,
    change: { steers?: boolean; alerts?: MonitorOptions['alerts']; settings?: SettingsCache } = {},
  ): Monitor {
    const monitor = startMonitor({
      engine: this.engine,
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      log: pino({ level: 'silent' }),
      instanceId,
      version: '0.1.0',
      environment: 'test',
      tickMs: 5_000,
      retention: defaultRetention,
      thresholdsFor: () => defaultThresholds,
      limitsFor: () => defaultMemoryLimits,
      steers: change.steers ?? true,
      ...(change.steers !== false && { scaling: this.#scaling(change.settings) }),
      ...(change.alerts && { alerts: change.alerts }),
    });
    this.#monitors.push(monitor);
    return monitor;
  }

  async seconds(count: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(count * 1_000);
  }

  /** A host that runs workers and wants these, present from now on. */
  joinHost(instanceId: string, wants: Record<string, number>): void {
    this.engine.hosts.push({
      host: `host-${instanceId}`,
      instanceId,
      pid: 1,
      version: '0.1.0',
      startedAtMs: START,
      runsWorkers: true,
      wants,
      totalMemoryMB: 1_000,
      freeMemoryMB: 500,
      queues: [],
    });
  }

  /** A worker that has completed `completed` jobs of 10 ms each so far. */
  work(completed: number, { workerId = 'w1', failed = 0 }: { workerId?: string; failed?: number } = {}): void {
    this.engine.reportsById.set(
      workerId,
      workerReport({
        workerId,
        startedAtMs: START + 1_000,
        reportedAtMs: Date.now(),
        totals: { ...zeroTotals, started: completed + failed, completed, failed },
        durationsMs: Array.from({ length: completed + failed }, () => 10),
      }),
    );
  }

  #scaling(settings = new SettingsCache({ settings: new MemorySettings() })) {
    return createScaling({
      engine: this.engine,
      settings,
      topics: { publish: () => undefined },
      nowMs: () => Date.now(),
      tickMs: 5_000,
      configured: new Map(),
    }).fleet;
  }
}

export const queueOf = (monitor: Monitor, name: string) =>
  monitor.current()?.queues.find(({ queueName }) => queueName === name);
