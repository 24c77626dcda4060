import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { ProcessMemory } from '@drover/core';
import { sandboxRssBytes } from './sandbox-memory.js';

export interface ProcessSample {
  readonly memory: ProcessMemory;
  /** Share of one core since the sample before. */
  readonly cpuShare: number;
  readonly eventLoopDelayMs: number;
}

const MB = 2 ** 20;
/** Workers of one process that report within this span share a sample. */
const SAMPLE_LIFE_MS = 500;
const DELAY_RESOLUTION_MS = 20;

/**
 * Measures this process when a report is due, and never in between. Several workers in one
 * process share it: each measurement is taken once, and the event-loop monitor exists once.
 */
class ProcessSampler {
  private sandboxes = false;
  private delay: IntervalHistogram | null = null;
  private cpu = process.cpuUsage();
  private cpuAtMs = performance.now();
  private latest: { readonly sample: ProcessSample; readonly atMs: number } | null = null;

  /** Starts watching the event loop, so that the first report has something to say. */
  watch(): void {
    if (this.delay !== null) return;
    this.delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
    this.delay.enable();
  }

  /** From now on the children of sandboxed processors count as this process's memory. */
  countSandboxes(): void {
    this.sandboxes = true;
  }

  /** Resident memory now, those children included; cheaper than a sample, and disturbs none. */
  rssMB(): number {
    return toMB(process.memoryUsage.rss() + (this.sandboxes ? sandboxRssBytes() : 0));
  }

  sample(): ProcessSample {
    const nowMs = performance.now();
    if (this.latest !== null && nowMs - this.latest.atMs < SAMPLE_LIFE_MS) return this.latest.sample;
    const { heapUsed, heapTotal, external, rss, arrayBuffers } = process.memoryUsage();
    const memory = {
      heapUsed: toMB(heapUsed),
      heapTotal: toMB(heapTotal),
      external: toMB(external),
      rss: toMB(rss + (this.sandboxes ? sandboxRssBytes() : 0)),
      arrayBuffers: toMB(arrayBuffers),
    };
    const sample = { memory, cpuShare: this.cpuShareUntil(nowMs), eventLoopDelayMs: this.takeDelay() };
    this.latest = { sample, atMs: nowMs };
    return sample;
  }

  private cpuShareUntil(nowMs: number): number {
    const { user, system } = process.cpuUsage(this.cpu);
    const elapsedMs = nowMs - this.cpuAtMs;
    this.cpu = process.cpuUsage();
    this.cpuAtMs = nowMs;
    return elapsedMs <= 0 ? 0 : round((user + system) / 1000 / elapsedMs);
  }

  private takeDelay(): number {
    this.watch();
    if (this.delay === null || this.delay.count === 0) return 0;
    // Node's monitor records the time between its own timers, which includes their period.
    const delayMs = this.delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS;
    this.delay.reset();
    return round(Math.max(0, delayMs));
  }
}

function toMB(bytes: number): number {
  return round(bytes / MB);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export const processSampler = new ProcessSampler();
