import { type AuditReply, apiBasePath, type ScalingPolicy } from '@drover/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { type StoppableServer, stoppableServers } from '../testing/stoppable-servers.js';
import { type RunningDrover, startDrover } from './start-drover.js';

const token = 'a-token-of-the-environment';
const RECOVERY_MS = 10_000;
/** A look at the settings every second, and what this machine adds. */
const SEEN_MS = 1_500;

describe.each(Object.keys(stoppableServers))('two control planes on %s', (kind) => {
  let server: StoppableServer;
  let planes: readonly [RunningDrover, RunningDrover];

  beforeAll(async () => {
    const begun = await stoppableServers[kind]?.();
    if (!begun) throw new Error(`no server ${kind}`);
    server = begun;
    const start = () => {
      const value = { engine: server.url, port: 0, tickMs: 1_000, queues: { mail: {}, 'a/b ü': { maxWorkers: 3 } } };
      const config = resolveConfig({ value, name: 'test', folder: '/' }, {}, {});
      return startDrover({ config, log: pino({ level: 'silent' }), observe: false, env: { DROVER_API_TOKEN: token } });
    };
    planes = [await start(), await start()];
    for (const plane of planes)
      await vi.waitFor(async () => expect((await call(plane, '/dashboard')).status).toBe(200), { timeout: 20_000 });
  });
  afterAll(async () => {
    await Promise.all((planes ?? []).map((plane) => plane.stop()));
    await server?.remove();
  });

  const call = (plane: RunningDrover, path: string, init: RequestInit = {}) =>
    fetch(`${plane.url}${apiBasePath}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers },
      signal: AbortSignal.timeout(20_000),
    });
  const patch = (plane: RunningDrover, change: object, headers: Record<string, string> = {}) =>
    call(plane, '/scaling/policies/mail', { method: 'PATCH', body: JSON.stringify(change), headers });
  interface Received {
    readonly event: string;
    readonly id: string;
    readonly data: unknown;
  }
  const follow = async (plane: RunningDrover, lastEventId?: string) => {
    const abort = new AbortController();
    const response = await fetch(`${plane.url}${apiBasePath}/events?topics=audit`, {
      headers: { Authorization: `Bearer ${token}`, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
      signal: abort.signal,
    });
    expect(response.status).toBe(200);
    const events: Received[] = [];
    const read = async () => {
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
        for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
          const fields = new Map(
            text
              .slice(0, end)
              .split('\n')
              .map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
          );
          text = text.slice(end + 2);
          const event = fields.get('event');
          if (event) events.push({ event, id: fields.get('id') ?? '', data: JSON.parse(fields.get('data') ?? 'null') });
        }
      }
    };
    read().catch(() => undefined);
    return { events, close: () => abort.abort() };
  };
  const policyOf = async (plane: RunningDrover, queueName = 'mail') => {
    const policies = (await (await call(plane, '/scaling/policies')).json()) as ScalingPolicy[];
    return policies.find((policy) => policy.queueName === queueName);
  };
  const auditOf = async (plane: RunningDrover, query: string) =>
    ((await (await call(plane, `/audit?${query}`)).json()) as AuditReply).entries;

  it('see what was changed through the other within a second', async () => {
    const [here, there] = planes;
    expect(await policyOf(here)).toMatchObject({ minWorkers: 0, maxWorkers: 1, version: 0 });
    const reply = await patch(here, { maxWorkers: 5, scaleUpThreshold: { cpuPercent: 80 } });
    expect(reply.headers.get('etag')).toBe('"1"');
    await vi.waitFor(async () => expect((await policyOf(there))?.version).toBe(1), { timeout: SEEN_MS });
    expect(await policyOf(there)).toEqual(await policyOf(here));
    await vi.waitFor(async () => {
      expect(await auditOf(there, 'action=policy.update&target=queue:mail')).toMatchObject([
        { result: 'done', details: { before: { maxWorkers: 1 }, after: { maxWorkers: 5 } } },
      ]);
    });
  });

  it('bring events of what was done through the other, and resume at it', async () => {
    const [here, there] = planes;
    const [first, second] = [await follow(here), await follow(there)];
    for (const { events } of [first, second]) {
      await vi.waitFor(() => expect(events.map(({ event }) => event)).toContain('ready'), { timeout: 5_000 });
    }
    const seen = () => [first, second].map(({ events }) => events.filter(({ event }) => event === 'audit').length);
    expect((await patch(here, { cooldownSeconds: { scaleUp: 30 } })).status).toBe(200);
    await vi.waitFor(() => expect(seen()).toEqual([1, 1]), { timeout: SEEN_MS });
    first.close();
    expect((await patch(there, { cooldownSeconds: { scaleUp: 31 } })).status).toBe(200);
    await vi.waitFor(() => expect(seen()).toEqual([1, 2]), { timeout: SEEN_MS });
    // Who was here comes back there, with the id that it got here.
    const back = await follow(there, first.events.at(-1)?.id);
    await vi.waitFor(
      () => {
        expect(back.events.filter(({ event }) => event === 'audit')).toMatchObject([
          { id: second.events.at(-1)?.id, data: { action: 'policy.update', target: 'queue:mail', result: 'done' } },
        ]);
      },
      { timeout: SEEN_MS },
    );
    for (const { close } of [second, back]) close();
  });

  it('lets one alone of two edits of one version through', async () => {
    const etag = (await patch(planes[0], { maxWorkers: 6 })).headers.get('etag') ?? '';
    const replies = await Promise.all(
      planes.map((plane, index) => patch(plane, { minWorkers: index + 1 }, { 'If-Match': etag })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [won] = replies.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    for (const plane of planes) {
      await vi.waitFor(async () => expect((await policyOf(plane))?.minWorkers).toBe((won ?? 0) + 1), {
        timeout: SEEN_MS,
      });
    }
  });

  it('lose no field of edits without a version at the same time', async () => {
    const fields = ['queueDepth', 'queueLatencyMs', 'cpuPercent', 'memoryPercent'];
    const replies = await Promise.all(
      fields.map((field, index) =>
        patch(planes[index % 2 === 0 ? 0 : 1], { scaleDownThreshold: { [field]: 1 + index } }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await vi.waitFor(
      async () => {
        for (const plane of planes) {
          const { scaleDownThreshold } = (await policyOf(plane)) ?? {};
          expect(scaleDownThreshold).toEqual({ queueDepth: 1, queueLatencyMs: 2, cpuPercent: 3, memoryPercent: 4 });
        }
      },
      { timeout: SEEN_MS },
    );
  });

  it('answer from the snapshot while the engine is away, refuse the rest, and recover with nothing lost', {
    timeout: 120_000,
  }, async () => {
    await server.end();
    for (const plane of planes) {
      await vi.waitFor(
        async () => {
          const status = (await (await call(plane, '/status')).json()) as { engine: { healthy: boolean } };
          expect(status.engine.healthy).toBe(false);
        },
        { timeout: 20_000 },
      );
      for (const reply of [
        await patch(plane, { minWorkers: 0 }),
        await call(plane, '/audit'),
        await call(plane, '/scaling/history/mail'),
        await call(plane, '/scaling/decision/mail'),
      ]) {
        expect({ url: reply.url, status: reply.status }).toMatchObject({ status: 503 });
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await reply.json()).toMatchObject({ success: false, code: 'engine_unavailable' });
      }
      expect((await call(plane, '/scaling/policies')).status).toBe(200);
      await vi.waitFor(
        async () => {
          const reply = await call(plane, '/dashboard');
          expect(reply.status).toBe(200);
          expect(reply.headers.get('x-drover-stale')).not.toBeNull();
        },
        { timeout: 20_000, interval: 500 },
      );
    }
    await server.begin();
    const backMs = performance.now();
    for (const plane of planes) {
      await vi.waitFor(
        async () => {
          expect((await patch(plane, { minWorkers: 0 })).status).toBe(200);
          expect((await call(plane, '/dashboard')).headers.get('x-drover-stale')).toBeNull();
          expect((await call(plane, '/scaling/history/mail')).status).toBe(200);
        },
        { timeout: RECOVERY_MS, interval: 200 },
      );
    }
    expect(performance.now() - backMs).toBeLessThan(RECOVERY_MS);
    await vi.waitFor(async () => {
      const failed = await auditOf(planes[0], 'action=policy.update&result=failed');
      const lost = failed.filter(({ details }) => (details as { code: string }).code === 'engine_unavailable');
      expect(lost.length).toBeGreaterThanOrEqual(2);
      expect(lost[0]).toMatchObject({ target: 'queue:mail', details: { tried: { minWorkers: 0 } } });
    });
    expect(await auditOf(planes[1], 'action=audit.lose')).toEqual([]);
  });
});
