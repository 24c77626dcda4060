import { fileURLToPath } from 'node:url';
import { Fault, isFault } from '@drover/core';
import type * as Grpc from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { createScalerCalls, type ScaledObjectRef } from './scaler-calls.js';
import type { ScalingTargets } from './scaling-targets.js';

export interface KedaScalerOptions {
  readonly targets: ScalingTargets;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Asked for in the trigger's metadata; `null` asks for none. */
  readonly token: string | null;
  /** PEM; with `clientCa` only clients that it signed are let in. `null` speaks in the clear. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string | null } | null;
  readonly log: Logger;
}

export interface KedaScaler {
  readonly port: number;
  /** Ends streams, and waits for calls under way, 2 s at most. */
  stop(): Promise<void>;
}

const PROTO = fileURLToPath(new URL('../../../proto/externalscaler.proto', import.meta.url));
const STOP_PATIENCE_MS = 2_000;

/**
 * Serves KEDA's external scaler over gRPC: the triggers `external` and `external-push`.
 * Rejects with `invalid_input` where gRPC is not installed or the port is taken.
 */
export async function startKedaScaler({
  targets,
  host,
  port,
  token,
  tls,
  log,
}: KedaScalerOptions): Promise<KedaScaler> {
  const { grpc, service } = await loadService();
  const calls = createScalerCalls(targets, token);
  const ending = new Set<() => void>();

  const server = new grpc.Server({
    'grpc.max_receive_message_length': 65_536,
    'grpc.max_concurrent_streams': 200,
    'grpc.keepalive_time_ms': 60_000,
  });
  const statusOf = (error: unknown): Partial<Grpc.StatusObject> => toStatus(grpc, error, log);
  const unary =
    <Request, Reply>(handle: (request: Request) => Promise<Reply>): Grpc.handleUnaryCall<Request, Reply> =>
    ({ request }, reply) => {
      handle(request).then(
        (value) => reply(null, value),
        (error: unknown) => reply(statusOf(error)),
      );
    };

  server.addService(service, {
    IsActive: unary(async (ref: ScaledObjectRef) => ({ result: await calls.isActive(ref) })),
    StreamIsActive: (call: Grpc.ServerWritableStream<ScaledObjectRef, { result: boolean }>) => {
      const end = (error?: unknown): void => {
        unfollow();
        ending.delete(end);
        if (error === undefined) call.end();
        else call.emit('error', statusOf(error));
      };
      const unfollow = calls.followActive(call.request, (result) => call.write({ result }), end);
      ending.add(end);
      call.on('cancelled', () => end());
    },
    GetMetricSpec: unary(async (ref: ScaledObjectRef) => {
      const { metricName, target } = await calls.metricSpec(ref);
      return { metricSpecs: [{ metricName, targetSize: target, targetSizeFloat: target }] };
    }),
    GetMetrics: unary(async ({ scaledObjectRef }: { scaledObjectRef: ScaledObjectRef | null }) => {
      const { metricName, value } = await calls.metric(scaledObjectRef ?? { scalerMetadata: {} });
      return { metricValues: [{ metricName, metricValue: value, metricValueFloat: value }] };
    }),
  });

  const credentials =
    tls === null
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(
          tls.clientCa === null ? null : Buffer.from(tls.clientCa),
          [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
          tls.clientCa !== null,
        );
  const actual = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host.includes(':') ? `[${host}]` : host}:${port}`, credentials, (error, bound) => {
      if (error)
        reject(new Fault('invalid_input', `KEDA's scaler cannot listen on port ${port} of ${host}.`, { cause: error }));
      else resolve(bound);
    });
  });
  return {
    port: actual,
    async stop() {
      for (const end of [...ending]) end();
      const timer = setTimeout(() => server.forceShutdown(), STOP_PATIENCE_MS);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(timer);
    },
  };
}

/** Optional: whoever does not use KEDA need not install it. */
async function loadService(): Promise<{ grpc: typeof Grpc; service: Grpc.ServiceDefinition }> {
  try {
    const [grpc, { loadSync }] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
    const definition = loadSync(PROTO, { keepCase: true, longs: Number, defaults: true });
    const service = definition['externalscaler.ExternalScaler'];
    if (service === undefined) throw new Error('the proto file names no ExternalScaler');
    return { grpc, service: service as Grpc.ServiceDefinition };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message = 'actuators.keda needs gRPC: npm install @grpc/grpc-js @grpc/proto-loader';
    throw new Fault('invalid_input', message, { cause: error });
  }
}

/** An error keeps KEDA from acting: it leaves the fleet as it is, or goes by its own fallback. */
function toStatus({ status }: typeof Grpc, error: unknown, log: Logger): Partial<Grpc.StatusObject> {
  if (!isFault(error)) {
    log.error({ err: error }, 'a call of KEDA failed');
    return { code: status.INTERNAL, details: 'Drover could not answer.' };
  }
  const codes: Readonly<Record<string, Grpc.status>> = {
    unauthenticated: status.UNAUTHENTICATED,
    not_found: status.NOT_FOUND,
    invalid_input: status.INVALID_ARGUMENT,
  };
  return { code: codes[error.code] ?? status.UNAVAILABLE, details: error.message };
}
