import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerExitCodes } from '@drover/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { LaunchedWorker, scriptedProcessor } from '../testing/launched-worker.js';
import { startCollector } from '../testing/memory-collector.js';
import { bundleWorker, type WorkerBundle } from '../testing/worker-bundle.js';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';
import type { WorkerProcessSpec } from './worker-process-spec.js';

// By Node's own way: the test runner prefers a build of the API that lacks its file endings.
const require = createRequire(import.meta.url);
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } =
  require('@opentelemetry/sdk-trace-node') as typeof import('@opentelemetry/sdk-trace-node');
const { BullMQOtel } = require('bullmq-otel') as typeof import('bullmq-otel');

const register = fileURLToPath(new URL('../testing/start-tracing.mjs', import.meta.url));
const produced = new InMemorySpanExporter();
const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(produced)] });
let bundle: WorkerBundle;
let workers = 0;

beforeAll(() => {
  bundle = bundleWorker();
  tracing.register();
});
afterAll(async () => {
  bundle.remove();
  await tracing.shutdown();
});

describe.each(Object.entries(workerEngines))('traces of a worker process on %s', (_name, startEngine) => {
  let engine: WorkerEngine;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let launched: LaunchedWorker | undefined;

  beforeAll(async () => {
    [engine, collector] = await Promise.all([startEngine(), startCollector()]);
  });
  afterAll(async () => {
    await engine.close();
    await collector.close();
  });
  afterEach(async () => {
    await launched?.end();
    launched = undefined;
    collector.spans.length = 0;
    produced.reset();
  });

  function launch(over: Partial<WorkerProcessSpec>): LaunchedWorker {
    const spec: WorkerProcessSpec = {
      queueName: 'traced',
      workerId: `traced-${workers++}`,
      engine: engine.spec,
      processorFile: scriptedProcessor,
      reportIntervalMs: 100,
      ...over,
    };
    const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    launched = new LaunchedWorker(bundle.main, spec, { env });
    return launched;
  }

  const done = (worker: LaunchedWorker) =>
    vi.waitFor(async () => {
      expect((await engine.reportOf(worker.spec.workerId)).totals.completed).toBe(1);
    }, 10_000);

  it('are one with their producer’s, and arrive although the worker ends at once', async () => {
    const worker = await launch({ telemetry: { register } }).ready();
    const queue = engine.queue('traced', { telemetry: new BullMQOtel({ tracerName: 'shop' }) });
    await queue.add('welcome', {});
    await done(worker);
    // Sooner than a batch is sent by itself.
    worker.kill('SIGTERM');
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    const producer = produced.getFinishedSpans().find(({ name }) => name.startsWith('add traced'));
    const consumer = collector.spans.find(({ name }) => name.startsWith('process traced'));
    expect(producer).toBeDefined();
    expect(consumer).toMatchObject({
      traceId: producer?.spanContext().traceId,
      parentSpanId: producer?.spanContext().spanId,
      scope: 'drover',
    });
  });

  it('are none unless switched on', async () => {
    const worker = await launch({}).ready();
    await engine.queue('traced').add('welcome', {});
    await done(worker);
    worker.kill('SIGTERM');
    await worker.exited();
    expect(collector.spans).toEqual([]);
  });
});

it('says what is missing when the application lacks the package', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-telemetry-'));
  writeFileSync(join(folder, 'processor.mjs'), 'export default async () => {};');
  const worker = new LaunchedWorker(bundle.main, {
    queueName: 'traced',
    workerId: 'traced-alone',
    engine: { kind: 'redis', connection: { url: 'redis://127.0.0.1:1' } },
    processorFile: join(folder, 'processor.mjs'),
    telemetry: {},
  });
  expect(await worker.exited()).toBe(workerExitCodes.misconfigured);
  expect(worker.output).toContain('npm install bullmq-otel');
  rmSync(folder, { recursive: true, force: true });
});
