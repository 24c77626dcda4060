import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Telemetry } from 'bullmq';
import { type ImportModule, loadModule, resolveBeside } from './load-processor.js';
import type { WorkerProcessTelemetry } from './worker-process-spec.js';

export interface LoadedTelemetry {
  /** For BullMQ's worker. */
  readonly telemetry: Telemetry;
  /** Sends the spans that wait for their batch, within a second: the last job's would be lost with the process. */
  flush(): Promise<void>;
}

const FLUSH_MS = 1_000;

interface OtelApi {
  readonly trace: { getTracerProvider(): { getDelegate?(): { forceFlush?(): Promise<void> } } };
}

/**
 * BullMQ's telemetry on OpenTelemetry, from the packages that the application has: nothing of
 * it is in this bundle, so a worker without telemetry pays nothing for it. The registering
 * module comes first, before the processor loads what it shall instrument.
 */
export async function loadTelemetry(
  { register }: WorkerProcessTelemetry,
  processorFile: string,
  importModule: ImportModule,
): Promise<LoadedTelemetry> {
  if (register !== undefined) await loadModule(register, importModule);
  const from = register ?? processorFile;
  const load = async (name: string): Promise<Record<string, unknown>> => {
    const path = resolveBeside(from, name);
    if (path === null) {
      throw new TypeError(`telemetry is on, but ${name} is not there: npm install bullmq-otel @opentelemetry/api`);
    }
    const loaded = await importModule(pathToFileURL(path).href);
    return { ...(loaded.default as object | undefined), ...loaded };
  };
  const { BullMQOtel } = (await load('bullmq-otel')) as unknown as {
    BullMQOtel: new (options: { tracerName: string }) => Telemetry;
  };
  const { trace } = (await load('@opentelemetry/api')) as unknown as OtelApi;
  return {
    telemetry: new BullMQOtel({ tracerName: 'drover' }),
    async flush() {
      const provider = trace.getTracerProvider().getDelegate?.();
      // A collector that is away must not keep a worker from its end.
      await Promise.race([provider?.forceFlush?.(), delay(FLUSH_MS)]).catch(() => undefined);
    },
  };
}
