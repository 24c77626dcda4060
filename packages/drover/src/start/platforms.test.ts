import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiBasePath, type ScalingDecision, type ScalingHistoryResponse } from '@drover/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiServer, startApiServer } from '../../../control-plane/src/actuators/kubernetes/testing/api-server.js';
import { makeCertificates } from '../../../control-plane/src/actuators/kubernetes/testing/certificates.js';
import { resolveConfig } from '../config/resolve-config.js';
import { connect } from '../connect.js';
import { type StoppableServer, stoppableServers } from '../testing/stoppable-servers.js';
import { type RunningDrover, startDrover } from './start-drover.js';

const token = 'a-token-of-the-environment';
const kedaToken = 'a-token-for-keda';
const PATIENCE = { timeout: 30_000, interval: 200 };

interface Order {
  readonly queue: string;
  readonly targetWorkers: number;
  readonly reason: string;
  readonly decisionId: string;
}

describe.each(Object.keys(stoppableServers))('platforms outside of our hosts, on %s', (kind) => {
  let server: StoppableServer;
  let api: ApiServer;
  let receiver: Server;
  let folder: string;
  let plane: RunningDrover;
  const orders: Order[] = [];

  beforeAll(async () => {
    const begun = await stoppableServers[kind]?.();
    if (!begun) throw new Error(`no server ${kind}`);
    server = begun;
    const certificates = await makeCertificates();
    api = await startApiServer(certificates);
    api.addDeployment('emails', { replicas: 3, ready: 3 });
    receiver = createServer((incoming, outgoing) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => {
        orders.push(JSON.parse(body) as Order);
        outgoing.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    folder = mkdtempSync(join(tmpdir(), 'drover-platforms-'));
    const kubeconfig = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me', namespace: 'shop' } }],
      clusters: [
        {
          name: 'here',
          cluster: { server: api.url, 'certificate-authority-data': Buffer.from(certificates.ca).toString('base64') },
        },
      ],
      users: [{ name: 'me', user: { token: 'secret-token' } }],
    };
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
    plane = await start();
  });
  afterAll(async () => {
    await plane?.stop();
    await api?.stop();
    receiver?.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await server?.remove();
    rmSync(folder, { recursive: true });
  });

  function start(): Promise<RunningDrover> {
    const { port } = receiver.address() as AddressInfo;
    const queue = { minWorkers: 0, maxWorkers: 6 };
    const value = {
      engine: server.url,
      port: 0,
      tickMs: 1_000,
      actuators: {
        kubernetes: { kubeconfig: 'kubeconfig' },
        webhook: { url: `http://127.0.0.1:${port}/scale`, secret: 'a-secret-of-sixteen' },
        keda: { port: 0, token: kedaToken },
      },
      queues: {
        emails: { ...queue, actuator: 'kubernetes', kubernetes: { name: 'emails' } },
        calls: { ...queue, actuator: 'webhook' },
        events: { ...queue, actuator: 'keda' },
        notes: { ...queue, actuator: 'none' },
      },
    };
    const config = resolveConfig({ value, name: 'test', folder }, {}, {});
    return startDrover({ config, log: pino({ level: 'silent' }), observe: false, env: { DROVER_API_TOKEN: token } });
  }
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${plane.url}${apiBasePath}${path}`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const decisionOf = (queueName: string) => get<ScalingDecision>(`/scaling/decision/${queueName}`);
  /** Without what was refused. */
  const stepsOf = async (queueName: string) =>
    (await get<ScalingHistoryResponse>(`/scaling/history/${queueName}`)).history.filter(
      ({ action }) => action !== 'maintain',
    );
  const kedaValue = async (): Promise<unknown> => {
    const response = await fetch(`${plane.url}/keda/metrics/events`, {
      headers: { Authorization: `Bearer ${kedaToken}` },
    });
    return response.json();
  };
  const addJobs = async (count: number): Promise<void> => {
    const producer = await connect({ engine: server.url });
    for (const name of ['emails', 'calls', 'events', 'notes']) {
      await producer.queue(name).addBulk(Array.from({ length: count }, (_, id) => ({ name: 'job', data: { id } })));
    }
    await producer.close();
  };

  it('takes a Deployment over at the size that it has', async () => {
    await vi.waitFor(async () => expect((await decisionOf('emails')).evidence).toBeDefined(), PATIENCE);
    expect(await decisionOf('emails')).toMatchObject({ action: 'maintain', currentWorkers: 3 });
    expect(api.changes).toBe(0);
  }, 60_000);

  it('sizes each of them for its jobs, and tells why', async () => {
    await addJobs(200);
    await vi.waitFor(() => expect(api.deployments.get('shop/emails')?.replicas).toBe(6), PATIENCE);
    await vi.waitFor(() => {
      expect(orders.at(-1)).toMatchObject({
        queue: 'calls',
        targetWorkers: 6,
        reason: expect.stringMatching(/\w+ .*\./),
      });
    }, PATIENCE);
    await vi.waitFor(async () => expect(await kedaValue()).toEqual({ value: 6 }), PATIENCE);
    for (const queueName of ['emails', 'calls', 'events', 'notes']) {
      await vi.waitFor(async () => {
        const [newest] = await stepsOf(queueName);
        expect(newest).toMatchObject({ action: 'scale_up', targetWorkers: 6, evidence: { need: expect.any(Number) } });
      }, PATIENCE);
    }
    expect((await stepsOf('notes'))[0]?.reason).toMatch(/Advice only/);
    expect((await stepsOf('events'))[0]?.reason).not.toMatch(/Advice only/);
  }, 120_000);

  it('is gone on with by the next leader, without an order that changes anything', async () => {
    const before = { changes: api.changes, told: (await stepsOf('emails')).length };
    await plane.stop();
    plane = await start();
    await vi.waitFor(async () => expect((await decisionOf('emails')).evidence).toBeDefined(), PATIENCE);
    await vi.waitFor(async () => expect(await kedaValue()).toEqual({ value: 6 }), PATIENCE);
    expect(api.deployments.get('shop/emails')?.replicas).toBe(6);
    expect({ changes: api.changes, told: (await stepsOf('emails')).length }).toEqual(before);
  }, 120_000);

  it('puts a Deployment right that somebody scaled by hand', async () => {
    const deployment = api.deployments.get('shop/emails');
    if (!deployment) throw new Error('there is no Deployment');
    deployment.replicas = 1;
    await vi.waitFor(() => expect(deployment.replicas).toBe(6), PATIENCE);
  }, 60_000);
});
