import {
  datePaths,
  reviveDates,
  type ScalingDecision,
  type ScalingHistoryResponse,
  type ScalingPolicy,
} from '@drover/contract';
import type { HostPresence, ScalingVerdict } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${server.api}${path}`, {
    ...init,
    headers: { ...server.bearer(), 'Content-Type': 'application/json', ...init.headers },
  });
const patch = (change: unknown, headers: Record<string, string> = {}, queueName = 'email-sending') =>
  call(`/scaling/policies/${encodeURIComponent(queueName)}`, {
    method: 'PATCH',
    body: JSON.stringify(change),
    headers,
  });
const policies = async () => (await (await call('/scaling/policies')).json()) as ScalingPolicy[];

const defaults = {
  queueName: 'email-sending',
  minWorkers: 1,
  maxWorkers: 4,
  scaleUpThreshold: {},
  scaleDownThreshold: {},
  cooldownSeconds: { scaleUp: 0, scaleDown: 60 },
  version: 0,
};

describe('policies', () => {
  it('are there for every queue that exists or is configured, with defaults', async () => {
    server.reads.publish(liveSnapshot({ queues: [queueHealth('watched')] }));
    const listed = await policies();
    expect(listed.map(({ queueName }) => queueName)).toEqual(['email-sending', 'watched']);
    expect(listed[0]).toEqual(defaults);
    expect(listed[1]).toMatchObject({ minWorkers: 0, maxWorkers: 1, version: 0 });
  });

  it('take each edited field alone; null takes a threshold away', async () => {
    await patch({ maxWorkers: 9, scaleUpThreshold: { queueDepth: 100, queueLatencyMs: 30_000, cpuPercent: 80 } });
    const reply = await patch({
      scaleUpThreshold: { queueDepth: null },
      cooldownSeconds: { scaleDown: 0 },
      objective: { waitMs: 2_000 },
    });
    expect(reply.headers.get('etag')).toBe('"2"');
    const policy = {
      ...defaults,
      maxWorkers: 9,
      scaleUpThreshold: { queueLatencyMs: 30_000, cpuPercent: 80 },
      cooldownSeconds: { scaleUp: 0, scaleDown: 0 },
      objective: { waitMs: 2_000 },
      version: 2,
    };
    expect(await reply.json()).toEqual({ success: true, policy });
    expect(await policies()).toEqual([policy]);
    await patch({ objective: null });
    expect((await policies())[0]).not.toHaveProperty('objective');
  });

  it('hold for queues of any name', async () => {
    for (const name of ['a/b', 'größe', '%2F', 'x'.repeat(200), 'policies']) {
      server.reads.publish(liveSnapshot({ queues: [queueHealth(name)] }));
      expect((await patch({ maxWorkers: 7 }, {}, name)).status).toBe(200);
      expect((await policies()).find(({ queueName }) => queueName === name)).toMatchObject({ maxWorkers: 7 });
    }
  });

  it.each([
    [{ minWorkers: 5 }, 'minWorkers'],
    [{ maxWorkers: 0 }, 'minWorkers'],
    [{ minWorkers: 3, maxWorkers: 2 }, 'minWorkers'],
    [{ scaleUpThreshold: { queueDepth: 10 }, scaleDownThreshold: { queueDepth: 10 } }, 'scaleDownThreshold.queueDepth'],
    [
      { scaleUpThreshold: { queueLatencyMs: 30_000 }, scaleDownThreshold: { queueLatencyMs: 60_000 } },
      'scaleDownThreshold.queueLatencyMs',
    ],
    [{ cooldownSeconds: { scaleUp: -1 } }, 'cooldownSeconds.scaleUp'],
    [{ minWorkers: 1.5 }, 'minWorkers'],
    [{ minWorkers: null }, 'minWorkers'],
    [{ maxWorkers: '9' }, 'maxWorkers'],
    [{ scaleUpThreshold: { cpuPercent: 101 } }, 'scaleUpThreshold.cpuPercent'],
    [{ scaleUpThreshold: { gpuPercent: 1 } }, 'scaleUpThreshold.gpuPercent'],
    [{ queueName: 'other' }, 'queueName'],
    [{ objective: { waitMs: 0 } }, 'objective.waitMs'],
  ])('refuse %j, naming %s, and stay as they are', async (change, path) => {
    const reply = await patch(change);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ details: { fields: [{ in: 'body', path }] } });
    expect(await policies()).toEqual([defaults]);
  });

  it('are edited over a version only if it still stands', async () => {
    expect((await patch({ maxWorkers: 5 }, { 'If-Match': '"0"' })).status).toBe(200);
    const stale = await patch({ maxWorkers: 6 }, { 'If-Match': '"0"' });
    expect(stale.status).toBe(409);
    expect(await stale.json()).toMatchObject({ code: 'conflict' });
    expect((await patch({ maxWorkers: 6 }, { 'If-Match': '"1"' })).status).toBe(200);
    expect((await patch({ maxWorkers: 7 })).status).toBe(200);
    expect((await policies())[0]).toMatchObject({ maxWorkers: 7, version: 3 });
  });

  it('are 404 for a queue that is nowhere', async () => {
    for (const reply of [
      await patch({ maxWorkers: 5 }, {}, 'nowhere'),
      await call('/scaling/decision/nowhere'),
      await call('/scaling/history/nowhere'),
    ]) {
      expect(reply.status).toBe(404);
    }
  });

  it('leave an entry in the audit log, with what was before and after', async () => {
    await patch({ maxWorkers: 5 });
    expect(server.audit.entries).toMatchObject([
      {
        action: 'policy.update',
        target: 'queue:email-sending',
        result: 'done',
        details: { before: { maxWorkers: 4 }, after: { maxWorkers: 5 } },
      },
    ]);
  });

  it('survive a damaged document', async () => {
    await server.cache.put('scaling/email-sending', { minWorkers: 'many', scaleUpThreshold: [] });
    expect(await policies()).toEqual([{ ...defaults, version: 1 }]);
    expect((await patch({ maxWorkers: 5 })).status).toBe(200);
  });
});

const verdict: ScalingVerdict = {
  action: 'scale_up',
  targetWorkers: 3,
  currentWorkers: 1,
  reason: 'Up from 1 to 3 workers: jobs would wait too long.',
  evidence: {
    arrivalsPerSecond: 4,
    serviceMs: 500,
    serviceVariation: 1,
    offeredLoad: 2,
    need: 3,
    enough: 3,
    predictedWaitMs: Number.POSITIVE_INFINITY,
    objectiveMs: 30_000,
    votes: [{ rule: 'objective', workers: 3, why: 'jobs would wait too long' }],
    clampedBy: [],
    cooldownLeftMs: { up: 0, down: 0 },
    confidence: { level: 'good', completions: 400 },
  },
};
const publishQueue = (part = {}) => {
  const queue = queueHealth('email-sending', 45);
  server.reads.publish(
    liveSnapshot({
      queues: [{ ...queue, metrics: { ...queue.metrics, workers: 1, oldestWaitingMs: 12_400, ...part } }],
    }),
  );
};

describe('a decision', () => {
  const decision = async () => (await (await call('/scaling/decision/email-sending')).json()) as ScalingDecision;

  it('is the leader’s last one, with its evidence, over live figures', async () => {
    publishQueue();
    server.verdicts['email-sending'] = verdict;
    await patch({ mode: 'dry_run' });
    expect(await decision()).toEqual({
      action: 'scale_up',
      targetWorkers: 3,
      currentWorkers: 1,
      reason: 'Up from 1 to 3 workers: jobs would wait too long.',
      // JSON has no infinity.
      evidence: { ...verdict.evidence, predictedWaitMs: Number.MAX_SAFE_INTEGER },
      mode: 'dry_run',
      metrics: {
        queueName: 'email-sending',
        queueDepth: 45,
        queueLatencyMs: 12_400,
        activeJobs: 1,
        completedRate: 12.5,
        errorRate: 0,
        currentWorkers: 1,
        memoryUsage: 80,
        timestamp: '2026-05-04T10:00:00.000Z',
      },
    });
  });

  it('is to stay while there is none, and says so', async () => {
    publishQueue();
    expect(await decision()).toMatchObject({
      action: 'maintain',
      targetWorkers: 1,
      reason: 'No host runs workers for this queue: it is only watched; 45 jobs wait, the oldest for 12 s.',
    });
    server.engine.hosts.push({
      instanceId: 'a',
      runsWorkers: true,
      wants: { 'email-sending': 1 },
    } as unknown as HostPresence);
    expect((await decision()).reason).toBe(
      '1 worker as wanted: the policy allows 1 to 4, and no decision was made yet; 45 jobs wait, the oldest for 12 s.',
    );
  });
});

describe('a hold', () => {
  const hold = (body: unknown, headers: Record<string, string> = {}) =>
    call('/scaling/hold/email-sending', { method: 'POST', body: JSON.stringify(body), headers });
  const release = () => call('/scaling/hold/email-sending', { method: 'DELETE' });

  it('is given with its end and reason, shown, taken back, and written down', async () => {
    publishQueue();
    const reply = await hold({ workers: 3, seconds: 600, reason: 'a sale' });
    expect(reply.headers.get('etag')).toBe('"1"');
    const given = {
      workers: 3,
      reason: 'a sale',
      by: 'DROVER_API_TOKEN',
      since: new Date(server.clock.ms).toISOString(),
      until: new Date(server.clock.ms + 600_000).toISOString(),
    };
    expect(await reply.json()).toEqual({ success: true, queueName: 'email-sending', hold: given, version: 1 });
    const shown = async () => (await (await call('/scaling/decision/email-sending')).json()) as ScalingDecision;
    expect((await shown()).hold).toEqual(given);
    expect(await (await release()).json()).toEqual({ success: true, queueName: 'email-sending', version: 2 });
    expect(await shown()).not.toHaveProperty('hold');
    expect((await release()).status).toBe(404);
    await server.trail.caughtUp();
    expect(server.audit.entries).toMatchObject([
      { action: 'scaling.hold', target: 'queue:email-sending', result: 'done', details: { after: { workers: 3 } } },
      { action: 'scaling.release', result: 'done', details: { before: { workers: 3 }, after: null } },
      { action: 'scaling.release', result: 'failed' },
    ]);
  });

  it('ends by itself', async () => {
    publishQueue();
    await hold({ workers: 3, seconds: 60 });
    server.clock.advance(60_000);
    expect((await release()).status).toBe(404);
  });

  it.each([
    [{ workers: 5, seconds: 60 }, 'workers'],
    [{ workers: 0, seconds: 60 }, 'workers'],
    [{ workers: 2, until: '2020-01-01T00:00:00Z' }, 'until'],
    [{ workers: 2, until: '2050-01-01T00:00:00Z' }, 'until'],
    [{ workers: 2 }, 'seconds'],
    [{ workers: 2, seconds: 60, until: '2050-01-01T00:00:00Z' }, 'seconds'],
    [{ workers: 2, seconds: 60, why: 'x' }, 'why'],
  ])('is refused as %j, naming %s', async (body, path) => {
    const reply = await hold(body);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ details: { fields: [{ path }] } });
    expect((await release()).status).toBe(404);
  });

  it('of another version is a conflict', async () => {
    await hold({ workers: 3, seconds: 60 });
    expect((await hold({ workers: 2, seconds: 60 }, { 'If-Match': '"0"' })).status).toBe(409);
    expect((await hold({ workers: 2, seconds: 60 }, { 'If-Match': '"1"' })).status).toBe(200);
  });
});

describe('history', () => {
  const startMs = Date.parse('2026-05-04T09:00:00Z');
  const record = (index: number) =>
    server.engine.records.write([
      {
        kind: 'put',
        collection: 'scaling.history',
        id: `1-${index}-0`,
        subject: 'email-sending',
        atMs: startMs + index * 1_000,
        value: {
          action: 'scale_up',
          targetWorkers: index + 1,
          currentWorkers: index,
          reason: 'minWorkers was raised.',
          metrics: {
            queueName: 'email-sending',
            timestamp: new Date(startMs).toISOString(),
            queueDepth: 1,
            queueLatencyMs: 1,
            activeJobs: 1,
            completedRate: 1,
            errorRate: 0,
            currentWorkers: 1,
          },
        },
      },
    ]);
  const history = async (query = '') =>
    reviveDates(
      (await (await call(`/scaling/history/email-sending${query}`)).json()) as ScalingHistoryResponse,
      datePaths.getScalingHistory,
    );
  const targets = (reply: ScalingHistoryResponse) => reply.history.map(({ targetWorkers }) => targetWorkers);
  const countdown = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

  it('is newest first, 50 unless told, from an instant on if wished', async () => {
    for (let index = 0; index < 60; index += 1) await record(index);
    const first = await history();
    expect(targets(first)).toEqual(countdown(60, 11));
    expect(first.history[0]?.executedAt).toEqual(new Date(startMs + 59_000));
    const since = new Date(startMs + 57_000).toISOString();
    expect(targets(await history(`?since=${since}&limit=500`))).toEqual([60, 59, 58]);
    expect((await history('?limit=60')).nextCursor).toBeUndefined();
  });

  it.each(['offset', 'cursor'] as const)('comes in pages by %s that new rows do not shift', async (form) => {
    for (let index = 0; index < 25; index += 1) await record(index);
    const pages: number[] = [];
    let page = await history('?limit=10');
    for (let index = 25; page.history.length > 0; index += 1) {
      pages.push(...targets(page));
      await record(index);
      if (form === 'cursor' && page.nextCursor === undefined) break;
      page = await history(
        form === 'cursor' ? `?limit=10&cursor=${page.nextCursor}` : `?limit=10&offset=${pages.length}`,
      );
    }
    expect(pages).toEqual(countdown(25, 1));
  });

  it.each(['limit=0', 'limit=1001', 'since=monday', 'offset=-1', 'offset=10001', 'cursor=x'])(
    'refuses %s',
    async (query) => {
      expect((await call(`/scaling/history/email-sending?${query}`)).status).toBe(400);
    },
  );

  it('is 503 while the engine is away; policies are still read', async () => {
    server.engine.away = true;
    expect((await call('/scaling/history/email-sending')).status).toBe(503);
    expect((await call('/scaling/decision/email-sending')).status).toBe(503);
    expect((await call('/scaling/policies')).status).toBe(200);
  });
});
