import { type RecyclesResponse, reviveDates } from '@drover/contract';
import type { WorkerReport } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workerReport } from '../testing/worker-report.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.api}${path}`, {
    method,
    headers: { ...server.bearer(), 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function json(response: Response | Promise<Response>, status = 200) {
  const reply = await response;
  expect(reply.status).toBe(status);
  return (await reply.json()) as Record<string, unknown>;
}

function report(part: Partial<WorkerReport> = {}): void {
  const made = workerReport({ workerId: 'w1', queueName: 'email', active: 2, ...part });
  server.engine.reportsById.set(made.workerId, made);
}

describe('the memory configuration', () => {
  it('is the guide’s, with the version that an edit may expect', async () => {
    const first = await call('GET', '/memory/config');
    expect(first.headers.get('etag')).toBe('"0"');
    const config = {
      worker: { softLimit: 384, hardLimit: 512, warningThreshold: 80 },
      jobSpecific: {},
      recycling: { afterJobs: 0, afterHours: 0 },
    };
    expect(await json(first)).toEqual(config);
    const change = { worker: { softLimit: 300 }, jobSpecific: { 'a/b ü': 200 } };
    const edited = await call('PATCH', '/memory/config', change, { 'If-Match': '"0"' });
    expect(edited.headers.get('etag')).toBe('"1"');
    const after = { ...config, worker: { ...config.worker, softLimit: 300 }, jobSpecific: { 'a/b ü': 200 } };
    expect(await json(edited)).toEqual({ success: true, config: after });
    expect(await json(call('GET', '/memory/config'))).toEqual(after);
    await json(call('PATCH', '/memory/config', change, { 'If-Match': '"0"' }), 409);
    await server.trail.flush();
    expect(server.audit.entries).toMatchObject([
      { target: 'memory', result: 'done', details: { before: config, after } },
      { result: 'failed', details: { code: 'conflict' } },
    ]);
  });

  it.each([
    ['soft above hard', { worker: { softLimit: 600 } }],
    ['a limit in which nothing runs', { worker: { hardLimit: 1 } }],
    ['a share above all', { worker: { warningThreshold: 101 } }],
    ['negative jobs', { recycling: { afterJobs: -1 } }],
    ['text', { worker: { softLimit: '300' } }],
    ['a field that is unknown', { worker: { soft: 300 } }],
    ['a list', []],
  ])('refuses %s', async (_, body) => {
    expect(await json(call('PATCH', '/memory/config', body), 400)).toMatchObject({
      success: false,
      code: 'invalid_input',
    });
    expect((await call('GET', '/memory/config')).headers.get('etag')).toBe('"0"');
  });

  it('refuses a hard limit that ends the whole fleet, and takes one that a worker or two are above', async () => {
    const memory = { heapUsed: 1, heapTotal: 1, external: 0, rss: 200, arrayBuffers: 0 };
    for (let index = 0; index < 4; index++) report({ workerId: `w${index}`, memory });
    report({ workerId: 'theirs', owner: 'application', memory });
    const change = { worker: { softLimit: 100, hardLimit: 150 } };
    const refused = await json(call('PATCH', '/memory/config', change), 400);
    expect(refused.error).toContain('4 of 4 workers use more than 150 MB now');
    for (let index = 1; index < 4; index++) report({ workerId: `w${index}` });
    await json(call('PATCH', '/memory/config', change));
  });

  it('is an admin’s to edit, and everybody’s to see', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    const { token } = await server.auth.createToken({ name: 'op', role: 'operator' });
    await json(call('PATCH', '/memory/config', {}, server.bearer(token)), 403);
    await json(call('GET', '/memory/config', undefined, server.bearer(token)));
  });
});

describe('recycling a worker', () => {
  it('answers as the guide says, and shows how far it is', async () => {
    report();
    expect(await json(call('POST', '/workers/w1/recycle', { reason: 'too big' }))).toEqual({
      success: true,
      workerId: 'w1',
      queueName: 'email',
      status: 'recycling',
      message: 'It is told to end after its 2 jobs',
    });
    const text = await json(call('GET', '/workers/recycles'));
    const { running, finished } = reviveDates(text as unknown as RecyclesResponse, ['running.*.requestedAt']);
    expect(finished).toEqual([]);
    expect(running).toMatchObject([
      {
        workerId: 'w1',
        cause: 'command',
        reason: 'too big',
        status: 'requested',
        requestedBy: expect.stringMatching(/^token:/),
      },
    ]);
    expect(running[0]?.requestedAt).toEqual(new Date(server.clock.ms));
    expect(await json(call('GET', '/workers/recycles?queueName=other'))).toEqual({ running: [], finished: [] });
    await server.trail.flush();
    expect(server.audit.entries).toMatchObject([
      { target: 'worker:w1', result: 'done', details: { reason: 'too big' } },
    ]);
  });

  it('answers a second command with the state', async () => {
    report();
    await json(call('POST', '/workers/w1/recycle', { reason: 'x' }));
    expect(await json(call('POST', '/workers/w1/recycle', { reason: 'y' }), 409)).toMatchObject({
      success: false,
      code: 'conflict',
      details: { status: 'requested', reason: 'x' },
    });
  });

  it('finds a worker whatever its id holds, and does not find another', async () => {
    report({ workerId: 'a/b ü%' });
    const path = `/workers/${encodeURIComponent('a/b ü%')}/recycle`;
    expect(await json(call('POST', path, { reason: 'x', graceful: false }))).toMatchObject({
      workerId: 'a/b ü%',
      message: 'It aborts its 2 jobs: 2 will run again',
    });
    await json(call('POST', '/workers/none/recycle', { reason: 'x' }), 404);
  });

  it('says why it cannot recycle what is not Drover’s', async () => {
    report({ owner: 'application' });
    const reply = await json(call('POST', '/workers/w1/recycle', { reason: 'x' }), 409);
    expect(reply.error).toContain('Drover does not own');
  });

  it.each([
    ['no reason', {}],
    ['an empty one', { reason: ' ' }],
    ['a flag that is none', { reason: 'x', graceful: 'no' }],
    ['a field that is unknown', { reason: 'x', force: true }],
  ])('refuses %s', async (_, body) => {
    report();
    await json(call('POST', '/workers/w1/recycle', body), 400);
  });

  it('is told on the topic of workers', async () => {
    report();
    const publish = vi.spyOn(server.topics, 'publish');
    await json(call('POST', '/workers/w1/recycle', { reason: 'x' }));
    expect(publish).toHaveBeenCalledWith('workers', {
      type: 'worker.recycle.requested',
      recycle: expect.objectContaining({ workerId: 'w1', reason: 'x' }),
    });
  });

  it('writes nothing while the engine is away, and says so', async () => {
    report();
    server.engine.away = true;
    expect(await json(call('POST', '/workers/w1/recycle', { reason: 'x' }), 503)).toMatchObject({
      code: 'engine_unavailable',
    });
    server.engine.away = false;
    expect(await json(call('GET', '/workers/recycles'))).toEqual({ running: [], finished: [] });
  });
});

describe('the memory history', () => {
  it('is of the system, a queue, or a worker', async () => {
    expect(await json(call('GET', '/memory/history'))).toMatchObject({ of: 'system' });
    expect(await json(call('GET', '/memory/history?queueName=email-sending'))).toMatchObject({
      of: 'queue',
      queueName: 'email-sending',
    });
    expect(await json(call('GET', '/memory/history?workerId=w1'))).toEqual({
      of: 'worker',
      workerId: 'w1',
      stepMs: 60_000,
      points: [],
    });
  });

  it.each([
    'workerId=a&queueName=b',
    'limit=0',
    'since=yesterday',
    'since=2026-05-04T10:00:00Z&until=2026-05-04T09:00:00Z',
  ])('refuses %s', async (query) => {
    await json(call('GET', `/memory/history?${query}`), 400);
  });
});
