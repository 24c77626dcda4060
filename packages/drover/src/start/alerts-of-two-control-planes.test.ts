import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Alert, type AlertHistoryResponse, apiBasePath, type DashboardSummaryResponse } from '@drover/contract';
import { openQueues } from '@drover/engines';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { type StoppableServer, stoppableServers } from '../testing/stoppable-servers.js';
import { type RunningDrover, startDrover } from './start-drover.js';

interface Told {
  readonly key: string;
  readonly alerts: readonly { readonly event: string; readonly id: string; readonly severity: string }[];
}

const token = 'a-token-of-the-environment';
const secret = 'a secret of the two of us';

/** The whole way: settings, monitor, records, lease, notifiers and HTTP, as users run them. */
describe.each(Object.keys(stoppableServers))('alerts of two control planes on %s', (kind) => {
  let server: StoppableServer;
  let receiver: HttpServer;
  let planes: RunningDrover[];
  const told: Told[] = [];

  beforeAll(async () => {
    const begun = await stoppableServers[kind]?.();
    if (!begun) throw new Error(`no server ${kind}`);
    server = begun;
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { alerts } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Pick<Told, 'alerts'>;
        told.push({ key: String(request.headers['idempotency-key']), alerts });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const queues = await openQueues(server.url);
    await queues.queue('mail').addBulk([1, 2, 3].map((data) => ({ name: 'send', data })));
    await queues.close();
    const value = {
      engine: server.url,
      port: 0,
      tickMs: 1_000,
      notifiers: { ops: { type: 'webhook', url, secret } },
      notifications: { groupWaitMs: 0, groupIntervalMs: 0 },
      thresholds: { alertAfterMs: 0, resolveAfterMs: 0 },
    };
    const start = () => {
      const config = resolveConfig({ value, name: 'test', folder: '/' }, {}, {});
      return startDrover({ config, log: pino({ level: 'silent' }), observe: false, env: { DROVER_API_TOKEN: token } });
    };
    planes = [await start(), await start()];
    for (const plane of planes)
      await vi.waitFor(async () => expect((await call(plane, 'GET', '/queues/health')).status).toBe(200), {
        timeout: 20_000,
      });
  }, 60_000);
  afterAll(async () => {
    await Promise.all((planes ?? []).map((plane) => plane.stop()));
    await new Promise((resolve) => receiver?.close(resolve));
    await server?.remove();
  });

  async function call<T>(plane: RunningDrover | undefined, method: string, path: string, body?: unknown) {
    const response = await fetch(`${plane?.url}${apiBasePath}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }
  const firing = async (plane: RunningDrover | undefined) => (await call<Alert[]>(plane, 'GET', '/alerts')).body;
  const soon = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 100 });

  it('fire by a threshold set at either, show at both, and end with it; through an outage and a change of leaders', {
    timeout: 120_000,
  }, async () => {
    const [here, there] = planes;
    expect(await firing(here)).toEqual([]);
    const path = '/alerts/thresholds/mail';
    expect(await call(there, 'PATCH', path, { queueDepth: { warning: 2 } })).toMatchObject({ status: 200 });
    for (const plane of planes) {
      await soon(async () =>
        expect(await firing(plane)).toMatchObject([{ queueName: 'mail', value: 3, threshold: 2 }]),
      );
      const { body } = await call<DashboardSummaryResponse>(plane, 'GET', '/dashboard');
      expect(body.activeAlerts).toBe(1);
    }
    const [alert] = await firing(here);
    const id = alert?.id ?? '';
    await soon(async () => expect(told).toMatchObject([{ alerts: [{ event: 'fired', id }] }]));

    // Taken at the one that may not lead; shown there at once, and at the other with its next snapshot.
    expect(await call(there, 'POST', `/alerts/${id}/acknowledge`)).toMatchObject({ status: 200 });
    expect(await firing(there)).toMatchObject([{ id, acknowledged: true }]);
    await soon(async () => expect(await firing(here)).toMatchObject([{ id, acknowledged: true }]));

    await server.end();
    for (const plane of planes) {
      await soon(async () => {
        expect((await call(plane, 'GET', '/alerts/history')).status).toBe(503);
      });
      expect(await firing(plane)).toMatchObject([{ id, acknowledged: true }]);
    }
    await server.begin();
    for (const plane of planes) {
      await soon(async () => expect((await call(plane, 'GET', '/alerts/history')).body).toEqual({ alerts: [] }));
      await soon(async () => expect((await call(plane, 'GET', '/alerts')).headers.get('x-drover-stale')).toBeNull());
      expect(await firing(plane)).toMatchObject([{ id, acknowledged: true }]);
    }

    // Whoever led is gone; the other goes on with the same alert.
    const { body: status } = await call<{ leader?: string; instanceId: string }>(here, 'GET', '/status');
    const leads = status.leader === status.instanceId ? here : there;
    const other = leads === here ? there : here;
    await leads?.stop();
    await soon(async () => {
      const now = (await call<{ leader?: string; instanceId: string }>(other, 'GET', '/status')).body;
      expect(now.leader).toBe(now.instanceId);
    });
    expect(await call(other, 'PATCH', path, { queueDepth: null })).toMatchObject({ status: 200 });
    await soon(async () => expect(await firing(other)).toEqual([]));
    const history = (await call<AlertHistoryResponse>(other, 'GET', '/alerts/history')).body;
    expect(history.alerts).toMatchObject([{ id, acknowledged: true, resolvedBecause: 'cleared' }]);
    await soon(async () => expect(told.map(({ alerts }) => alerts[0]?.event)).toEqual(['fired', 'resolved']));
    expect(new Set(told.map(({ key }) => key)).size).toBe(2);
  });
});
