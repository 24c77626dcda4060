import { fileURLToPath, pathToFileURL } from 'node:url';
import { workerExitCodes } from '@drover/core';
import type { Processor } from 'bullmq';
import { connectEngine } from './engine-connection.js';
import { startHealthServer } from './health-server.js';
import { type ImportModule, isTypeScript, loadProcessor, resolveBeside } from './load-processor.js';
import { loadTelemetry } from './load-telemetry.js';
import { OwnedWorker } from './owned-worker.js';
import { createProcessLog, type ProcessLog } from './process-log.js';
import { SupervisorLink } from './supervisor-link.js';
import { WorkerProcess } from './worker-process.js';
import { parseWorkerProcessSpec, SPEC_VARIABLE, type WorkerProcessSpec } from './worker-process-spec.js';

/** A job whose worker is killed -9 has stalled through no fault of its own: BullMQ fails it at the second time. */
const MIN_STALLED_COUNT = 5;
const DEFAULTS = { lockDuration: 30_000, stalledInterval: 5_000, runRetryDelay: 1_000 };

const link = new SupervisorLink();

/** Runs one worker process, from the spec in its environment to its exit. */
export async function main(importModule: ImportModule): Promise<void> {
  const text = process.env[SPEC_VARIABLE];
  delete process.env[SPEC_VARIABLE];
  let log = createProcessLog({});
  try {
    const spec = parseWorkerProcessSpec(text);
    log = createProcessLog({ queue: spec.queueName, worker: spec.workerId });
    // Set in containers only; a supervisor hears the heartbeat.
    const healthPort = process.env.DROVER_HEALTH_PORT;
    if (healthPort && !link.hasSupervisor) await startHealthServer(Number(healthPort), () => link.state);
    await run(spec, log, importModule);
  } catch (error) {
    refuse(error, log);
  }
}

async function run(spec: WorkerProcessSpec, log: ProcessLog, importModule: ImportModule): Promise<void> {
  const otel =
    spec.telemetry === undefined ? null : await loadTelemetry(spec.telemetry, spec.processorFile, importModule);
  const processor =
    spec.sandboxed === true ? pathToFileURL(spec.processorFile) : await loadProcessor(spec.processorFile, importModule);
  const options = { ...workerOptions(spec), ...(otel && { telemetry: otel.telemetry }) };
  const workerProcess = new WorkerProcess({
    spec,
    log,
    link,
    createWorker: () => createWorker(spec, processor, options),
    exit: (code) => {
      if (otel === null) process.exit(code);
      void otel.flush().then(() => process.exit(code));
    },
  });
  process.on('SIGTERM', () => workerProcess.onSignal('SIGTERM'));
  // A terminal that closes, with `drover worker` in it.
  process.on('SIGHUP', () => workerProcess.onSignal('SIGHUP'));
  process.on('SIGINT', () => workerProcess.onSignal('SIGINT'));
  process.on('uncaughtException', (error) => workerProcess.fatal(error));
  process.on('unhandledRejection', (error) => workerProcess.fatal(error));
  await workerProcess.start();
}

function createWorker(spec: WorkerProcessSpec, processor: Processor | URL, options: object): OwnedWorker {
  const { options: connection, backendFactory } = connectEngine(spec.engine);
  return new OwnedWorker(spec.queueName, processor, { ...options, ...connection }, backendFactory);
}

function workerOptions(spec: WorkerProcessSpec): object {
  const asked = spec.worker ?? {};
  const { workerId, host, statePrefix, droverSchema, reportIntervalMs, memoryLimitMB } = spec;
  const maxStalledCount = typeof asked.maxStalledCount === 'number' ? asked.maxStalledCount : MIN_STALLED_COUNT;
  return {
    ...DEFAULTS,
    // PostgreSQL's locks go by this machine's clock: no job is taken before that was looked at.
    autorun: spec.engine.kind !== 'postgres',
    concurrency: spec.concurrency ?? 1,
    // Jobs remember by it who took them.
    name: workerId,
    ...asked,
    maxStalledCount: Math.max(maxStalledCount, MIN_STALLED_COUNT),
    ...(spec.sandboxed === true ? { workerForkOptions: { execArgv: childArguments(spec.processorFile) } } : {}),
    drover: defined({
      workerId,
      host,
      statePrefix,
      droverSchema,
      reportIntervalMs,
      memoryLimitMB,
      limiters: spec.limiters,
      limiter: spec.limiter,
    }),
  };
}

/** For the children of sandboxed processors: they end with this process, and read what it reads. */
function childArguments(processorFile: string): string[] {
  const jiti = isTypeScript(processorFile) ? resolveBeside(processorFile, 'jiti/register') : null;
  const transpile = jiti === null ? [] : ['--import', pathToFileURL(jiti).href];
  return [
    ...process.execArgv,
    '--require',
    fileURLToPath(new URL('./exit-with-parent.js', import.meta.url)),
    ...transpile,
  ];
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function refuse(error: unknown, log: ProcessLog): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log('error', 'cannot start, and trying again will not help', { error: message });
  link.send({ type: 'fatal', message });
  process.exit(workerExitCodes.misconfigured);
}
