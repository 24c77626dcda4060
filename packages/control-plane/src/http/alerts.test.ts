import type {
  AcknowledgeAlertsResponse,
  Alert,
  AlertHistoryResponse,
  AlertNotifier,
  AlertSilence,
  AlertSilenceResponse,
  AlertThresholdsResponse,
} from '@drover/contract';
import { routeSchemas } from '@drover/contract/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueWith } from '../notifiers/testing/alert-rig.js';
import { type HttpReceiver, startHttpReceiver } from '../notifiers/testing/http-receiver.js';
import { inOrderOfUrgency, toWireAlert } from '../use-cases/alerts/wire-alert.js';
import { SettingsCache } from '../use-cases/settings-cache.js';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

const fence = { name: 'monitor', epoch: 1 };

let receiver: HttpReceiver;
let server: TestServer;
beforeEach(async () => {
  receiver = await startHttpReceiver();
  const url = `${receiver.url}/hook?key=very-secret`;
  server = await startTestServer({
    notifiers: { ops: { type: 'webhook', url, secret: 'a secret of the two of us' }, chat: { type: 'slack', url } },
  });
});
afterEach(async () => {
  await server.close();
  await receiver.close();
});

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: T }> {
  const response = await fetch(`${server.api}${path}`, {
    method,
    headers: { ...server.bearer(), 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}
const get = <T>(path: string) => call<T>('GET', path);

let seq = 1;
/** Ticks of the leader, 5 s each, then the snapshot that it serves. */
async function ticks(count: number, waiting: Readonly<Record<string, number>>): Promise<void> {
  for (let index = 0; index < count; index++) {
    server.clock.advance(5_000);
    const queues = Object.entries(waiting).map(([name, jobs]) => queueWith(name, jobs));
    const firing = await server.alerting.watch.watch(queues, server.clock.ms, fence);
    await server.alerting.duty.run({ nowMs: server.clock.ms, fence });
    seq += 1;
    const timestamp = new Date(server.clock.ms);
    const snapshot = liveSnapshot({ seq, timestamp, queues: Object.keys(waiting).map((name) => queueHealth(name)) });
    server.reads.publish({ ...snapshot, alerts: inOrderOfUrgency(firing).map(toWireAlert) });
  }
}

const names = (alerts: readonly Alert[]) => alerts.map(({ queueName }) => queueName);

describe('GET /alerts', () => {
  it('lists all that fire, the critical first, in the shape of the table', async () => {
    await ticks(5, { email: 2_000, video: 9_000 });
    const { status, body } = await get<Alert[]>('/alerts');
    expect(status).toBe(200);
    expect(names(body)).toEqual(['video', 'email']);
    expect(body[0]).toMatchObject({
      severity: 'critical',
      type: 'queue_depth',
      kind: 'queue_depth',
      value: 9_000,
      threshold: 5_000,
      acknowledged: false,
      silenced: false,
      message: '9,000 waiting (limit 5,000)',
    });
    expect(routeSchemas.getActiveAlerts.reply.safeParse(body)).toMatchObject({ success: true });
  });

  it('filters as the guide says, and by kind and silence', async () => {
    await ticks(5, { email: 2_000, video: 9_000 });
    const listed = async (query: string) => names((await get<Alert[]>(`/alerts?${query}`)).body);
    expect(await listed('severity=critical')).toEqual(['video']);
    expect(await listed('queueName=email')).toEqual(['email']);
    expect(await listed('queueName=email&severity=critical')).toEqual([]);
    expect(await listed('acknowledged=false')).toEqual(['video', 'email']);
    expect(await listed('acknowledged=true')).toEqual([]);
    expect(await listed('kind=stalled')).toEqual([]);
    expect(await listed('silenced=false')).toEqual(['video', 'email']);
    expect((await get('/alerts?severity=severe')).status).toBe(400);
  });

  it('costs the engine nothing, and is not sent again to whoever has it', async () => {
    await ticks(5, { email: 2_000 });
    const calls = new Map(server.engine.calls);
    const first = await get('/alerts');
    expect(
      (
        await fetch(`${server.api}/alerts`, {
          headers: { ...server.bearer(), 'If-None-Match': first.headers.get('etag') ?? '' },
        })
      ).status,
    ).toBe(304);
    expect(new Map(server.engine.calls)).toEqual(calls);
  });

  it('still answers while the engine is away', async () => {
    await ticks(5, { email: 2_000 });
    server.engine.away = true;
    server.clock.advance(60_000);
    const { status, headers, body } = await get<Alert[]>('/alerts');
    expect([status, headers.get('x-drover-stale'), names(body)]).toEqual([200, '60', ['email']]);
  });
});

describe('acknowledging', () => {
  it('shows at once, is written down, and stays with whoever came first', async () => {
    await ticks(5, { email: 2_000 });
    const [alert] = (await get<Alert[]>('/alerts')).body;
    const path = `/alerts/${alert?.id}/acknowledge`;
    const first = await call<{ alert: Alert }>('POST', path);
    expect(first.body).toMatchObject({
      success: true,
      alert: { id: alert?.id, acknowledged: true, acknowledgedBy: 'token:DROVER_API_TOKEN' },
    });
    expect((await get<Alert[]>('/alerts')).body).toMatchObject([{ acknowledged: true }]);
    const { token } = await server.auth.createToken({ name: 'grace', role: 'admin' });
    const second = await call<{ alert: Alert }>('POST', path, undefined, server.bearer(token));
    expect(second.body.alert.acknowledgedBy).toBe('token:DROVER_API_TOKEN');
    await ticks(1, { email: 2_000 });
    expect((await get<Alert[]>('/alerts')).body).toMatchObject([{ acknowledged: true }]);
    await server.trail.flush();
    expect(server.audit.entries.map(({ action, target }) => [action, target])).toContainEqual([
      'alert.acknowledge',
      `alert:${alert?.id}`,
    ]);
  });

  it('answers 409 for one that has resolved, 404 for one that never was', async () => {
    await ticks(5, { email: 2_000 });
    const [alert] = (await get<Alert[]>('/alerts')).body;
    await ticks(7, { email: 0 });
    expect(await call('POST', `/alerts/${alert?.id}/acknowledge`)).toMatchObject({
      status: 409,
      body: { success: false, code: 'conflict', details: { alert: { id: alert?.id } } },
    });
    expect(await call('POST', '/alerts/nothing/acknowledge')).toMatchObject({ status: 404 });
  });

  it('no longer holds once the alert got worse', async () => {
    await ticks(5, { email: 2_000 });
    const [alert] = (await get<Alert[]>('/alerts')).body;
    await call('POST', `/alerts/${alert?.id}/acknowledge`);
    await ticks(6, { email: 9_000 });
    expect((await get<Alert[]>('/alerts')).body).toMatchObject([{ severity: 'critical', acknowledged: false }]);
  });

  it('takes many at once, by ids or by a filter', async () => {
    await ticks(5, { email: 2_000, video: 9_000, search: 9_000 });
    const all = (await get<Alert[]>('/alerts')).body;
    const byFilter = await call<AcknowledgeAlertsResponse>('POST', '/alerts/acknowledge', {
      filter: { severity: 'critical' },
    });
    expect(byFilter.body).toMatchObject({ success: true, total: 2, acknowledged: 2, failed: 0 });
    expect(names((await get<Alert[]>('/alerts?acknowledged=false')).body)).toEqual(['email']);
    const byIds = await call<AcknowledgeAlertsResponse>('POST', '/alerts/acknowledge', {
      ids: [...all.map(({ id }) => id), 'nothing'],
    });
    expect(byIds.body).toMatchObject({ total: 4, acknowledged: 3, failed: 1, errors: [{ id: 'nothing' }] });
  });

  it.each([{}, { ids: ['a'], filter: {} }, { ids: [] }, { ids: 'a' }, { filter: { colour: 'red' } }])(
    'refuses the bulk of %j',
    async (body) => {
      expect((await call('POST', '/alerts/acknowledge', body)).status).toBe(400);
    },
  );

  it('is for operators, not for viewers', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    const { token } = await server.auth.createToken({ name: 'eve', role: 'viewer' });
    expect((await call('POST', '/alerts/x/acknowledge', undefined, server.bearer(token))).status).toBe(403);
    expect((await call('POST', '/alerts/silences', {}, server.bearer(token))).status).toBe(403);
  });
});

describe('GET /alerts/history', () => {
  beforeEach(async () => {
    for (let round = 0; round < 7; round++) {
      await ticks(5, { email: 2_000, video: round % 2 === 0 ? 9_000 : 0 });
      await ticks(7, { email: 0, video: 0 });
    }
  });

  async function pages(query: string): Promise<Alert[][]> {
    const found: Alert[][] = [];
    let cursor = '';
    do {
      const { status, body } = await get<AlertHistoryResponse>(`/alerts/history?${query}${cursor}`);
      expect(status).toBe(200);
      found.push(body.alerts);
      cursor = body.nextCursor === undefined ? '' : `&cursor=${encodeURIComponent(body.nextCursor)}`;
    } while (cursor !== '');
    return found;
  }

  it('pages through all, each once, the latest resolved first', async () => {
    const found = (await pages('limit=3')).flat();
    expect(found).toHaveLength(11);
    expect(new Set(found.map(({ id }) => id)).size).toBe(11);
    const times = found.map(({ resolvedAt }) => String(resolvedAt));
    expect(times).toEqual([...times].sort().reverse());
  });

  it('does not shift its pages when another resolves meanwhile', async () => {
    const first = (await get<AlertHistoryResponse>('/alerts/history?limit=4')).body;
    await ticks(5, { email: 2_000 });
    await ticks(7, { email: 0 });
    const cursor = encodeURIComponent(first.nextCursor ?? '');
    const second = (await get<AlertHistoryResponse>(`/alerts/history?limit=100&cursor=${cursor}`)).body;
    expect(first.alerts.length + second.alerts.length).toBe(11);
  });

  it('is filtered by queue, severity, kind and range', async () => {
    expect((await pages('queueName=video')).flat()).toHaveLength(4);
    expect((await pages('severity=critical&limit=2')).flat().map(({ queueName }) => queueName)).toEqual(
      Array(4).fill('video'),
    );
    expect((await pages('kind=stalled')).flat()).toEqual([]);
    const [last] = (await pages('limit=500')).flat();
    expect((await pages(`since=${String(last?.resolvedAt)}`)).flat()).toHaveLength(2);
    expect((await pages(`until=${String(last?.resolvedAt)}`)).flat()).toHaveLength(9);
  });

  it.each(['limit=0', 'limit=501', 'cursor=x', 'since=yesterday', 'severity=bad'])('refuses %s', async (query) => {
    expect((await get(`/alerts/history?${query}`)).status).toBe(400);
  });
});

describe('thresholds', () => {
  beforeEach(() => ticks(1, { email: 0, 'a/b ü%': 0 }));

  it('are edited field by field, take effect at once, and go back to the configuration with null', async () => {
    const edited = await call<AlertThresholdsResponse>('PATCH', '/alerts/thresholds', {
      queueDepth: { warning: 10 },
      alertAfterMs: 0,
    });
    expect(edited.body).toMatchObject({
      success: true,
      thresholds: { queueDepth: { warning: 10, critical: 5_000 }, alertAfterMs: 0, resolveAfterMs: 120_000 },
      overrides: ['queueDepth.warning', 'alertAfterMs'],
    });
    expect(server.alerting.thresholdsFor('email')).toMatchObject({ queueDepth: { warning: 10 }, alertAfterMs: 0 });
    const back = await call<AlertThresholdsResponse>('PATCH', '/alerts/thresholds', { queueDepth: null });
    expect(back.body).toMatchObject({ thresholds: { queueDepth: { warning: 1_000 } }, overrides: ['alertAfterMs'] });
  });

  it('of a queue win over those for all', async () => {
    await call('PATCH', '/alerts/thresholds', { errorRate: { warning: 1, critical: 2 } });
    const path = `/alerts/thresholds/${encodeURIComponent('a/b ü%')}`;
    const { body } = await call<AlertThresholdsResponse>('PATCH', path, { errorRate: { critical: 50 } });
    expect(body).toMatchObject({ queueName: 'a/b ü%', thresholds: { errorRate: { warning: 1, critical: 50 } } });
    expect(server.alerting.thresholdsFor('email').errorRate).toEqual({ warning: 1, critical: 2 });
    expect((await get<AlertThresholdsResponse>(path)).body.overrides).toEqual(['errorRate.critical']);
  });

  it('refuse what contradicts what holds already, and change nothing', async () => {
    const { status, body } = await call('PATCH', '/alerts/thresholds', { queueDepth: { warning: 6_000 } });
    expect([status, body]).toMatchObject([
      400,
      { code: 'invalid_input', details: { fields: [{ path: 'queueDepth.warning' }] } },
    ]);
    expect(server.alerting.thresholdsFor('email').queueDepth.warning).toBe(1_000);
  });

  it.each([
    { depth: 1 },
    { queueDepth: 5 },
    { queueDepth: { warning: -1 } },
    { errorRate: { warning: 101 } },
    { alertAfterMs: '5' },
  ])('refuse %j', async (body) => {
    expect((await call('PATCH', '/alerts/thresholds', body)).status).toBe(400);
  });

  it('answer 404 for a queue that does not exist', async () => {
    expect((await get('/alerts/thresholds/nothing')).status).toBe(404);
    expect((await call('PATCH', '/alerts/thresholds/nothing', {})).status).toBe(404);
  });

  it('let one of two edits of the same version win', async () => {
    const { headers } = await get('/alerts/thresholds');
    const match = { 'If-Match': headers.get('etag') ?? '' };
    const edits = await Promise.all([
      call('PATCH', '/alerts/thresholds', { minFinished: 5 }, match),
      call('PATCH', '/alerts/thresholds', { minFinished: 6 }, match),
    ]);
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('lose no field of what another control plane wrote since this one looked', async () => {
    const other = new SettingsCache({ settings: server.settings });
    await other.put('thresholds', { minFinished: 7 });
    const { body } = await call<AlertThresholdsResponse>('PATCH', '/alerts/thresholds', { alertAfterMs: 1_000 });
    expect(body.thresholds).toMatchObject({ minFinished: 7, alertAfterMs: 1_000 });
  });

  it('are not changed by a damaged document', async () => {
    await server.cache.put('thresholds', { queueDepth: 'many' });
    expect(server.alerting.thresholdsFor('email').queueDepth).toEqual({ warning: 1_000, critical: 5_000 });
  });
});

describe('silences', () => {
  const inAnHour = () => new Date(server.clock.ms + 3_600_000).toISOString();

  it('keep alerts from being told, which are shown and recorded as silenced; ended, they are told', async () => {
    const { body } = await call<AlertSilenceResponse>('POST', '/alerts/silences', {
      queueName: 'email',
      until: inAnHour(),
      why: 'a deployment',
    });
    expect(body.silence).toMatchObject({ queueName: 'email', why: 'a deployment', by: 'token:DROVER_API_TOKEN' });
    await ticks(20, { email: 2_000 });
    expect((await get<Alert[]>('/alerts')).body).toMatchObject([{ silenced: true, silenceId: body.silence.id }]);
    expect(receiver.received).toEqual([]);
    expect((await call('DELETE', `/alerts/silences/${body.silence.id}`)).status).toBe(200);
    expect((await get<AlertSilence[]>('/alerts/silences')).body).toEqual([]);
    await ticks(5, { email: 2_000 });
    expect((await get<Alert[]>('/alerts')).body).toMatchObject([{ silenced: false }]);
    await expect.poll(() => receiver.received.length).toBe(2);
  });

  it('are listed until they are over', async () => {
    await call('POST', '/alerts/silences', { kind: 'stalled', until: inAnHour(), why: 'known' });
    expect((await get<AlertSilence[]>('/alerts/silences')).body).toMatchObject([{ kind: 'stalled' }]);
    server.clock.advance(3_600_000);
    expect((await get('/alerts/silences')).body).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['without a reason', { why: ' ' }],
    ['without an end', { until: undefined }],
    ['that is over', { until: '2020-01-01T00:00:00Z' }],
    ['for years', { until: '2030-01-01T00:00:00Z' }],
    ['that ends before it begins', { from: '2030-01-01T00:00:00Z' }],
    ['of an unknown kind', { kind: 'noise' }],
  ])('%s are refused', async (_, part) => {
    expect((await call('POST', '/alerts/silences', { until: inAnHour(), why: 'x', ...part })).status).toBe(400);
  });

  it('that are gone answer 404', async () => {
    expect((await call('DELETE', '/alerts/silences/nothing')).status).toBe(404);
  });
});

describe('notifiers', () => {
  it('are shown with how they do, never with address or secret', async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    await ticks(8, { email: 2_000 });
    await expect
      .poll(async () => (await get<AlertNotifier[]>('/alerts/notifiers')).body)
      .toMatchObject([
        {
          name: 'ops',
          kind: 'webhook',
          pending: 0,
          sending: true,
          failedAttempts: 1,
          lastError: 'It answered 500.',
          // No route is configured: all alerts go to everybody.
          routes: [{}],
        },
        { name: 'chat', kind: 'slack', sending: true, failedAttempts: 1 },
      ]);
    const shown = JSON.stringify((await get('/alerts/notifiers')).body) + server.logged.join('');
    for (const secret of ['very-secret', 'a secret of', receiver.url]) expect(shown).not.toContain(secret);
  });

  it('are tried by a test, which says how it went, and not too often', async () => {
    expect((await call('POST', '/alerts/notifiers/ops/test')).body).toMatchObject({ success: true, delivered: true });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ test: true });
    expect(await call('POST', '/alerts/notifiers/ops/test')).toMatchObject({ status: 429 });
    receiver.answer = (response) => response.writeHead(403).end();
    expect((await call('POST', '/alerts/notifiers/chat/test')).body).toMatchObject({
      success: true,
      delivered: false,
      error: 'It answered 403.',
    });
    expect((await call('POST', '/alerts/notifiers/nobody/test')).status).toBe(404);
  });
});
