import { gzipSync } from 'node:zlib';
import { collectDefaultMetrics, Registry, type RegistryContentType } from 'prom-client';
import type { PublishedTick } from '../../monitor/checkpoint.js';
import type { Reads } from '../../use-cases/reads.js';
import type { Bytes } from '../cached-body.js';
import { herdMetrics } from './herd-metrics.js';
import { ownMetrics } from './own-metrics.js';
import { type MetricType, register, type Sample, SampledMetric } from './samples.js';

const formats = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;
export type MetricsFormat = keyof typeof formats;
const END = '# EOF\n';

export interface Exposition {
  readonly contentType: string;
  readonly plain: Bytes;
  gzip(): Bytes;
}

/** A piece of the reply, compressed once: gzip members may follow one another. */
interface Piece {
  readonly plain: Bytes;
  gzip?: Bytes;
}

export interface ExpositionOptions {
  readonly reads: Pick<Reads, 'status' | 'published'>;
  readonly nowMs: () => number;
  /** Memory, CPU and event loop of this process as well; not where it is somebody else's. */
  readonly process: boolean;
}

/**
 * Metrics as text. What comes from the tick is written once a tick for each format, however
 * many scrape; what an instance says of itself is written for each scrape. Asks the engine nothing.
 */
export function createExposition({ reads, nowMs, process }: ExpositionOptions) {
  const held = new Map<MetricsFormat, { readonly tick: PublishedTick; readonly piece: Promise<Piece> }>();

  const herd = (tick: PublishedTick, format: MetricsFormat): Promise<Piece> => {
    const last = held.get(format);
    if (last?.tick === tick) return last.piece;
    const piece = write(format, herdMetrics(tick)).then(pieceOf);
    held.set(format, { tick, piece });
    return piece;
  };

  return async (format: MetricsFormat): Promise<Exposition> => {
    const tick = reads.published();
    const pieces = [
      ...(tick === null ? [] : [await herd(tick, format)]),
      pieceOf(
        (await write(format, [...ownMetrics(reads, nowMs()), ...(process ? await processMetrics() : [])])) +
          (format === 'openmetrics' ? END : ''),
      ),
    ];
    return {
      contentType: formats[format],
      plain: Buffer.concat(pieces.map(({ plain }) => plain)),
      gzip: () => Buffer.concat(pieces.map(zipped)),
    };
  };
}

/** Without the mark of the end: more follows. */
async function write(format: MetricsFormat, metrics: readonly SampledMetric[]): Promise<string> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(formats[format]);
  // A metric without a value is none: its name alone would look like a queue that is missing.
  register(
    registry,
    metrics.filter(({ values }) => values.length > 0),
  );
  return withoutEnd(await registry.metrics());
}

let observed: Registry | undefined;

/**
 * prom-client's own, once in this process: they watch its event loop from then on. As values:
 * writing a registry for OpenMetrics renames its counters, and the next reply would lack `_total`.
 */
async function processMetrics(): Promise<readonly SampledMetric[]> {
  if (observed === undefined) {
    observed = new Registry();
    collectDefaultMetrics({ register: observed });
  }
  const metrics = await observed.getMetricsAsJSON();
  return metrics.map(({ name, help, type, values }) => {
    const metric = new SampledMetric(name, type as unknown as MetricType, help);
    metric.values.push(...(values as unknown as Sample[]));
    return metric;
  });
}

function withoutEnd(text: string): string {
  return text.endsWith(END) ? text.slice(0, -END.length) : text;
}

function pieceOf(text: string): Piece {
  return { plain: Buffer.from(text) };
}

function zipped(piece: Piece): Bytes {
  piece.gzip ??= gzipSync(piece.plain, { level: 4 }) as Bytes;
  return piece.gzip;
}
