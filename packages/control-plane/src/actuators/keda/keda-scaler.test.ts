import { fileURLToPath } from 'node:url';
import { Fault, type FleetAssignment } from '@drover/core';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificates, type TestCertificates } from '../kubernetes/testing/certificates.js';
import { createScalingTargets, type ScalingTargets } from './scaling-targets.js';
import { type KedaScaler, type KedaScalerOptions, startKedaScaler } from './start-keda-scaler.js';

/** KEDA's side: a client made from the proto file, as KEDA's own is. */
interface Client extends grpc.Client {
  IsActive: Unary<{ result: boolean }>;
  GetMetricSpec: Unary<{ metricSpecs: unknown[] }>;
  GetMetrics: Unary<{ metricValues: unknown[] }>;
  StreamIsActive(ref: object): grpc.ClientReadableStream<{ result: boolean }>;
}
type Unary<Reply> = (request: object, back: (error: grpc.ServiceError | null, reply: Reply) => void) => void;

const file = fileURLToPath(new URL('../../../proto/externalscaler.proto', import.meta.url));
const definition = grpc.loadPackageDefinition(loadSync(file, { keepCase: true, longs: Number, defaults: true }));
const { ExternalScaler } = definition.externalscaler as unknown as {
  ExternalScaler: new (address: string, credentials: grpc.ChannelCredentials) => Client;
};

let certificates: TestCertificates;
const running: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterEach(async () => {
  for (const end of running.splice(0).reverse()) await end();
});

class Targets implements ScalingTargets {
  failure: Fault | null = null;
  readonly counts = new Map([['emails', 3]]);
  readonly listeners = new Set<() => void>();
  async workers(queueName: string): Promise<number> {
    if (this.failure) throw this.failure;
    const count = this.counts.get(queueName);
    if (count === undefined) throw new Fault('not_found', `There is no queue named "${queueName}".`);
    return count;
  }
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  set(queueName: string, count: number): void {
    this.counts.set(queueName, count);
    for (const listener of this.listeners) listener();
  }
}

async function serve(
  targets: ScalingTargets,
  over: Partial<KedaScalerOptions> = {},
  credentials = grpc.credentials.createInsecure(),
): Promise<{ client: Client; scaler: KedaScaler }> {
  const scaler = await startKedaScaler({
    ...{ targets, host: '127.0.0.1', port: 0, token: null, tls: null, log: pino({ enabled: false }) },
    ...over,
  });
  running.push(() => scaler.stop());
  const client = new ExternalScaler(`127.0.0.1:${scaler.port}`, credentials);
  running.push(() => client.close());
  return { client, scaler };
}

const ref = (metadata: Record<string, string> = { queueName: 'emails' }) => ({
  name: 'emails',
  namespace: 'shop',
  scalerMetadata: metadata,
});

function ask<Reply>(client: Client, call: Unary<Reply>, request: object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    call.call(client, request, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

describe("KEDA's external scaler", () => {
  it('gives the decided workers against a target of one each', async () => {
    const { client } = await serve(new Targets());
    expect(await ask(client, client.GetMetricSpec, ref())).toEqual({
      metricSpecs: [{ metricName: 'drover-workers', targetSize: 1, targetSizeFloat: 1 }],
    });
    const request = { scaledObjectRef: ref(), metricName: 'drover-workers' };
    expect(await ask(client, client.GetMetrics, request)).toEqual({
      metricValues: [{ metricName: 'drover-workers', metricValue: 3, metricValueFloat: 3 }],
    });
  });

  it('is active while a worker is wanted', async () => {
    const targets = new Targets();
    const { client } = await serve(targets);
    expect(await ask(client, client.IsActive, ref())).toEqual({ result: true });
    targets.set('emails', 0);
    expect(await ask(client, client.IsActive, ref())).toEqual({ result: false });
  });

  it('tells of the first job at once, and of nothing twice', async () => {
    const targets = new Targets();
    targets.counts.set('emails', 0);
    const { client } = await serve(targets);
    const told: boolean[] = [];
    const stream = client.StreamIsActive(ref());
    stream.on('data', ({ result }: { result: boolean }) => told.push(result));
    stream.on('error', () => undefined);
    await vi.waitFor(() => expect(told).toEqual([false]));
    targets.set('emails', 0);
    targets.set('emails', 2);
    await vi.waitFor(() => expect(told).toEqual([false, true]));
    targets.set('emails', 3);
    targets.set('emails', 0);
    await vi.waitFor(() => expect(told).toEqual([false, true, false]));
    stream.cancel();
    await vi.waitFor(() => expect(targets.listeners.size).toBe(0));
  });

  it('answers with an error, not with zero, while the figures are too old', async () => {
    const targets = new Targets();
    const { client } = await serve(targets);
    targets.failure = new Fault('engine_unavailable', 'The newest figures are too old to scale by.');
    const unavailable = { code: grpc.status.UNAVAILABLE, details: expect.stringContaining('too old') };
    await expect(ask(client, client.IsActive, ref())).rejects.toMatchObject(unavailable);
    const request = { scaledObjectRef: ref(), metricName: 'drover-workers' };
    await expect(ask(client, client.GetMetrics, request)).rejects.toMatchObject(unavailable);
  });

  it('keeps a stream open over an outage and tells what holds afterwards', async () => {
    const targets = new Targets();
    const { client } = await serve(targets);
    const told: boolean[] = [];
    const stream = client.StreamIsActive(ref());
    stream.on('data', ({ result }: { result: boolean }) => told.push(result));
    stream.on('error', () => undefined);
    await vi.waitFor(() => expect(told).toEqual([true]));
    targets.failure = new Fault('engine_unavailable', 'away');
    targets.set('emails', 0);
    targets.failure = null;
    targets.set('emails', 0);
    await vi.waitFor(() => expect(told).toEqual([true, false]));
    stream.cancel();
  });

  it('says what is wrong with a trigger', async () => {
    const { client } = await serve(new Targets());
    await expect(ask(client, client.IsActive, ref({}))).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
      details: expect.stringContaining('queueName'),
    });
    await expect(ask(client, client.IsActive, ref({ queueName: 'unknown' }))).rejects.toMatchObject({
      code: grpc.status.NOT_FOUND,
    });
    const ended = new Promise<grpc.ServiceError>((resolve) => {
      const stream = client.StreamIsActive(ref({ queueName: 'unknown' }));
      stream.on('data', () => undefined);
      stream.on('error', resolve);
    });
    expect(await ended).toMatchObject({ code: grpc.status.NOT_FOUND });
  });

  it('asks for its token, which KEDA takes from the environment', async () => {
    const { client } = await serve(new Targets(), { token: 'a-token-of-sixteen' });
    const refused = { code: grpc.status.UNAUTHENTICATED };
    await expect(ask(client, client.IsActive, ref())).rejects.toMatchObject(refused);
    const wrong = ref({ queueName: 'emails', tokenFromEnv: 'another' });
    await expect(ask(client, client.GetMetricSpec, wrong)).rejects.toMatchObject(refused);
    const right = ref({ queueName: 'emails', tokenFromEnv: 'a-token-of-sixteen' });
    expect(await ask(client, client.IsActive, right)).toEqual({ result: true });
  });

  it('speaks TLS, and with an authority for clients to those alone that it signed', async () => {
    const { ca, server, client: mine } = certificates;
    const tls = { ...server, clientCa: ca };
    const signed = grpc.credentials.createSsl(Buffer.from(ca), Buffer.from(mine.key), Buffer.from(mine.cert));
    const { client, scaler } = await serve(new Targets(), { tls }, signed);
    expect(await ask(client, client.IsActive, ref())).toEqual({ result: true });
    const stranger = new ExternalScaler(`127.0.0.1:${scaler.port}`, grpc.credentials.createSsl(Buffer.from(ca)));
    running.push(() => stranger.close());
    await expect(ask(stranger, stranger.IsActive, ref())).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
  });

  it('is there again for the same client after a restart', async () => {
    const targets = new Targets();
    const { client, scaler } = await serve(targets);
    await ask(client, client.IsActive, ref());
    await scaler.stop();
    await expect(ask(client, client.IsActive, ref())).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
    await serve(targets, { port: scaler.port });
    await vi.waitFor(async () => expect(await ask(client, client.IsActive, ref())).toEqual({ result: true }), 10_000);
  });

  it('says when its port is taken', async () => {
    const { scaler } = await serve(new Targets());
    await expect(serve(new Targets(), { port: scaler.port })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('targets', () => {
  const rig = (assignment: FleetAssignment = { emails: { 'platform:keda': 4 }, local: { a: 2 } }) => {
    let nowMs = 100_000;
    let reads = 0;
    const targets = createScalingTargets({
      readAssignment: async () => {
        reads += 1;
        return assignment;
      },
      current: () => ({ timestamp: new Date(90_000) }),
      nowMs: () => nowMs,
      staleMs: 15_000,
    });
    return {
      targets,
      reads: () => reads,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  };

  it('are what was ordered of KEDA, read once for all who ask together', async () => {
    const { targets, reads } = rig();
    expect(await Promise.all([targets.workers('emails'), targets.workers('emails')])).toEqual([4, 4]);
    expect(reads()).toBe(1);
    await expect(targets.workers('local')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are refused once the figures are older than allowed', async () => {
    const { targets, pass } = rig();
    pass(5_001);
    await expect(targets.workers('emails')).rejects.toMatchObject({ code: 'engine_unavailable' });
  });
});
