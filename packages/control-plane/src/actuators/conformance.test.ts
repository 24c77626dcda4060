import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actuatorSuite, type OpenTestActuator } from '@drover/testkit';
import { beforeAll, describe } from 'vitest';
import { createAdviceActuator } from './advice-actuator.js';
import { createKubernetesActuator } from './kubernetes/kubernetes-actuator.js';
import { startApiServer } from './kubernetes/testing/api-server.js';
import { makeCertificates, type TestCertificates } from './kubernetes/testing/certificates.js';
import { createMemoryActuator } from './testing/memory-actuator.js';
import { createWebhookActuator } from './webhook/webhook-actuator.js';

const queueName = 'emails';
const monotonicMs = () => performance.now();

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const openKubernetes: OpenTestActuator = async ({ deadlineMs }) => {
  const api = await startApiServer(certificates);
  const deployment = api.addDeployment('emails');
  const { ca } = certificates;
  const actuator = createKubernetesActuator({
    load: async () => ({ server: api.url, ca, token: 'secret-token', namespace: 'shop' }),
    workloads: new Map([[queueName, { name: 'emails', group: 'apps', version: 'v1', plural: 'deployments' }]]),
    monotonicMs,
    deadlineMs,
  });
  const faults = {
    forbidden: { status: 403 },
    rejected: { status: 422 },
    busy: { status: 429, retryAfterSeconds: 2 },
    unavailable: 'reset',
    hangs: 'hang',
  } as const;
  return {
    actuator,
    queueName,
    told: () => deployment.replicas,
    changes: () => api.changes,
    setByHand(workers) {
      deployment.replicas = workers;
    },
    async settle() {
      deployment.ready = deployment.replicas;
    },
    async break(trouble) {
      api.fault = trouble === null ? null : faults[trouble];
    },
    async close() {
      actuator.close();
      await api.stop();
    },
  };
};

/** A receiver that keeps to the rules of the docs: absolute counts, one change for each key. */
const openWebhook: OpenTestActuator = async ({ deadlineMs }) => {
  let workers: number | null = null;
  let ready = 0;
  let fault: number | 'hang' | null = null;
  const keys = new Set<unknown>();
  const server = createServer(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (fault === 'hang') return;
    if (fault !== null) return void outgoing.writeHead(fault, fault === 429 ? { 'Retry-After': '3' } : {}).end();
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { targetWorkers: number };
    keys.add(incoming.headers['idempotency-key']);
    workers = body.targetWorkers;
    outgoing.end(JSON.stringify({ currentWorkers: workers, readyWorkers: ready }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const actuator = createWebhookActuator({
    url: `http://127.0.0.1:${port}/scale`,
    secret: 'a-secret-of-sixteen',
    queues: new Set([queueName]),
    nowMs: Date.now,
    monotonicMs,
    deadlineMs,
  });
  const faults = { forbidden: 401, rejected: 400, busy: 429, unavailable: 503, hangs: 'hang' } as const;
  return {
    actuator,
    queueName,
    told: () => workers,
    changes: () => keys.size,
    setByHand: () => undefined,
    async settle() {
      ready = workers ?? 0;
    },
    async break(trouble) {
      fault = trouble === null ? null : faults[trouble];
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const openAdvice =
  (kind: 'none' | 'keda'): OpenTestActuator =>
  async () => ({
    actuator: createAdviceActuator(kind),
    queueName,
    told: () => null,
    changes: () => 0,
    setByHand: () => undefined,
    settle: async () => undefined,
    break: async () => undefined,
    close: async () => undefined,
  });

const openMemory: OpenTestActuator = async () => {
  const actuator = createMemoryActuator([queueName]);
  return {
    actuator,
    queueName,
    told: () => actuator.workers(queueName),
    changes: () => actuator.changes,
    setByHand: (workers) => actuator.setByHand(queueName, workers),
    async settle() {
      actuator.settle();
    },
    async break(trouble) {
      actuator.fault = trouble;
    },
    close: async () => undefined,
  };
};

describe('the actuator kubernetes', () => actuatorSuite(openKubernetes, { acts: true, observes: true }));
describe('the actuator webhook', () => actuatorSuite(openWebhook, { acts: true, observes: false }));
describe('the actuator none', () => actuatorSuite(openAdvice('none'), { acts: false, observes: false }));
describe('the actuator keda', () => actuatorSuite(openAdvice('keda'), { acts: false, observes: false }));
describe('the actuator in memory', () => actuatorSuite(openMemory, { acts: true, observes: true }));
