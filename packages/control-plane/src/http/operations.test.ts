import type {
  OperationDetail,
  OperationResponse,
  OperationsResponse,
  QueueHealthStatus,
  StartOperationRequest,
} from '@drover/contract';
import { Fault } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyState } from '../testing/memory-engine.js';
import type { MemoryJob } from '../testing/memory-operations.js';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const jobsOf = () => server.engine.operations.jobs;
const addJobs = (queueName: string, state: MemoryJob['state'], count: number, more: Partial<MemoryJob> = {}) => {
  const known = jobsOf().get(queueName) ?? [];
  const added = Array.from({ length: count }, (_, index) => ({
    ...{
      id: `${state}-${String(known.length + index).padStart(6, '0')}`,
      state,
      restsSinceMs: server.clock.ms - 60_000,
    },
    ...more,
  }));
  jobsOf().set(queueName, [...known, ...added]);
};
const countOf = (queueName: string, state: MemoryJob['state']) =>
  (jobsOf().get(queueName) ?? []).filter((job) => job.state === state).length;

const call = async <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => {
  const response = await fetch(`${server.api}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...server.bearer() },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
};
const post = <T>(path: string, body?: unknown) => call<T>('POST', path, body);
const start = async (request: StartOperationRequest) => {
  const { status, body } = await post<OperationResponse>('/operations', request);
  expect([status, body.success]).toEqual([200, true]);
  return body.operation;
};
const read = async (id: string) => (await call<OperationDetail>('GET', `/operations/${id}`)).body;
const ended = (id: string) =>
  vi.waitFor(async () => {
    const operation = await read(id);
    expect(operation.finishedAt).toBeDefined();
    return operation;
  });
const auditOf = async (action: string) => {
  await server.trail.flush();
  return server.audit.entries.filter((entry) => entry.action === action);
};

describe('pausing', () => {
  it('takes the empty body of the guide, pauses, and answers the new state', async () => {
    addJobs('email-sending', 'waiting', 1);
    expect(await post('/queues/email-sending/pause')).toEqual({
      status: 200,
      body: { success: true, queueName: 'email-sending', status: 'paused' },
    });
    expect(server.engine.operations.paused).toEqual(new Set(['email-sending']));
    expect((await post('/queues/email-sending/resume')).body).toEqual({
      success: true,
      queueName: 'email-sending',
      status: 'active',
    });
    expect(server.engine.operations.paused).toEqual(new Set());
    expect(await auditOf('queue.pause')).toMatchObject([
      { target: 'queue:email-sending', details: { before: { paused: false }, after: { paused: true } } },
    ]);
    expect(await auditOf('queue.resume')).toMatchObject([
      { details: { before: { paused: true }, after: { paused: false } } },
    ]);
  });

  it('is no fault when the queue is paused already', async () => {
    addJobs('email-sending', 'waiting', 1);
    await post('/queues/email-sending/pause');
    expect((await post('/queues/email-sending/pause')).body).toMatchObject({ success: true, status: 'paused' });
  });

  it('shows at once in the health of the queues, until a tick that began after it', async () => {
    const pausedNow = async () => {
      const { body } = await call<QueueHealthStatus[]>('GET', '/queues/health');
      return body.map(({ paused }) => paused);
    };
    const queues = [{ ...queueHealth('email-sending'), paused: false }, queueHealth('other')];
    server.reads.publish(liveSnapshot({ queues, timestamp: new Date(server.clock.ms) }));
    addJobs('email-sending', 'waiting', 1);
    server.clock.advance(1_000);
    expect(await pausedNow()).toEqual([false, undefined]);
    await post('/queues/email-sending/pause');
    expect(await pausedNow()).toEqual([true, undefined]);
    // A replica may get a snapshot now that its leader began before the pause.
    server.reads.publish(liveSnapshot({ seq: 2, queues, timestamp: new Date(server.clock.ms - 500) }));
    expect(await pausedNow()).toEqual([true, undefined]);
    server.reads.publish(liveSnapshot({ seq: 3, queues, timestamp: new Date(server.clock.ms + 500) }));
    expect(await pausedNow()).toEqual([false, undefined]);
  });

  it('knows names in every encoding, and says which queue there is none of', async () => {
    for (const name of ['a/b', 'ü', '100%', 'x'.repeat(200)]) {
      addJobs(name, 'waiting', 1);
      expect((await post(`/queues/${encodeURIComponent(name)}/pause`)).body).toMatchObject({ queueName: name });
    }
    addJobs('50%25', 'waiting', 1);
    expect((await post('/queues/50%25/pause')).body).toMatchObject({ queueName: '50%25' });
    expect(await post('/queues/nobody/pause')).toMatchObject({
      status: 404,
      body: { success: false, code: 'not_found', details: { queueName: 'nobody' } },
    });
  });
});

describe('cleaning', () => {
  it('removes up to the limit, 1,000 unless told, and says how many', async () => {
    addJobs('email-sending', 'completed', 1_200);
    expect((await post('/queues/email-sending/clean', { status: 'completed', limit: 150 })).body).toEqual({
      success: true,
      queueName: 'email-sending',
      status: 'completed',
      removed: 150,
    });
    expect((await post('/queues/email-sending/clean', { status: 'completed' })).body).toMatchObject({ removed: 1_000 });
    expect(countOf('email-sending', 'completed')).toBe(50);
    expect(await auditOf('queue.clean')).toMatchObject([
      { target: 'queue:email-sending', details: { status: 'completed', limit: 150, removed: 150 } },
      { details: { limit: 1_000, removed: 1_000 } },
    ]);
  });

  it('leaves alone what came to rest within the grace', async () => {
    addJobs('email-sending', 'failed', 3);
    addJobs('email-sending', 'failed', 2, { restsSinceMs: server.clock.ms - 1_000 });
    const { body } = await post('/queues/email-sending/clean', { status: 'failed', grace: 30_000 });
    expect(body).toMatchObject({ removed: 3 });
  });

  it('refuses running jobs and says why, but removes stale ones', async () => {
    jobsOf().set('email-sending', [{ id: 'live-1', state: 'active', restsSinceMs: 0 }]);
    server.engine.queueStates.set('email-sending', { ...emptyState('email-sending'), active: 1 });
    expect(await post('/queues/email-sending/clean', { status: 'active' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', error: expect.stringContaining('live locks'), details: { active: 1, stale: 0 } },
    });
    jobsOf().get('email-sending')?.push({ id: 'stale-1', state: 'active', restsSinceMs: 0 });
    expect((await post('/queues/email-sending/clean', { status: 'active' })).body).toMatchObject({ removed: 1 });
    expect(jobsOf().get('email-sending')).toMatchObject([{ id: 'live-1' }]);
  });

  it.each([
    [{ status: 'completed', limit: 10_001 }, 'POST /operations'],
    [{ status: 'paused' }, 'status'],
    [{ status: 'completed', grace: -1 }, 'grace'],
    [{ status: 'completed', limit: 0 }, 'limit'],
    [{ status: 'completed', surprise: 1 }, 'surprise'],
    [{}, 'status'],
  ])('refuses %j', async (body, said) => {
    addJobs('email-sending', 'completed', 1);
    const reply = await post<{ error: string }>('/queues/email-sending/clean', body);
    expect(reply.status).toBe(400);
    expect(reply.body.error).toContain(said);
    expect(countOf('email-sending', 'completed')).toBe(1);
  });

  it('says how far it came when the engine goes away on the way', async () => {
    addJobs('email-sending', 'completed', 100);
    server.engine.operations.beforeSlice = () => {
      server.engine.away = server.engine.operations.slices.length === 1;
    };
    const reply = await post<{ error: string }>('/queues/email-sending/clean', { status: 'completed' });
    expect(reply).toMatchObject({ status: 503, body: { code: 'engine_unavailable', details: { changed: 20 } } });
    expect(reply.body.error).toContain('20 jobs were removed');
  });
});

describe('retrying', () => {
  it('puts failed jobs back, and tells of each that could not be', async () => {
    addJobs('email-sending', 'failed', 8);
    addJobs('email-sending', 'failed', 2, { broken: 'its data is gone' });
    expect((await post('/queues/email-sending/retry-failed')).body).toEqual({
      success: true,
      queueName: 'email-sending',
      total: 10,
      retried: 8,
      failed: 2,
      errors: ['job failed-000008: its data is gone', 'job failed-000009: its data is gone'],
    });
    expect(countOf('email-sending', 'waiting')).toBe(8);
    expect(await auditOf('queue.retry')).toMatchObject([{ details: { total: 10, retried: 8, failed: 2 } }]);
  });

  it('takes a limit, and more than 10,000 only as an operation', async () => {
    addJobs('email-sending', 'failed', 30);
    expect((await post('/queues/email-sending/retry-failed?limit=7')).body).toMatchObject({ total: 7, retried: 7 });
    const refused = await post<{ error: string }>('/queues/email-sending/retry-failed?limit=10001');
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain('POST /operations');
    expect((await post('/queues/email-sending/retry-failed?limit=x')).status).toBe(400);
    expect(countOf('email-sending', 'waiting')).toBe(7);
  });

  it('leaves alone what fails after it was asked for', async () => {
    addJobs('email-sending', 'failed', 30);
    server.engine.operations.beforeSlice = () => {
      server.clock.advance(10);
      addJobs('email-sending', 'failed', 1, { restsSinceMs: server.clock.ms });
    };
    expect((await post('/queues/email-sending/retry-failed')).body).toMatchObject({ retried: 30 });
  });

  it('bounds the errors it tells', async () => {
    addJobs('email-sending', 'failed', 300, { broken: 'gone' });
    const { body } = await post<{ errors: string[]; failed: number }>('/queues/email-sending/retry-failed');
    expect(body.failed).toBe(300);
    expect(body.errors).toHaveLength(101);
    expect(body.errors.at(-1)).toBe('and 200 more');
  });
});

describe('an operation', () => {
  it('is done over many queues, and keeps its result', async () => {
    for (const name of ['email-a', 'email-b', 'other']) {
      addJobs(name, 'failed', 120);
      server.engine.queueStates.set(name, emptyState(name));
    }
    const { id, ...asked } = await start({ kind: 'retry-failed', matching: 'email-*' });
    expect(asked).toMatchObject({ kind: 'retry-failed', queueCount: 2, total: 240, dryRun: false });
    expect(await ended(id)).toMatchObject({
      state: 'done',
      total: 240,
      done: 240,
      failed: 0,
      runBy: 'test',
      requestedBy: 'token:DROVER_API_TOKEN',
      queues: [
        { queueName: 'email-a', state: 'done', total: 120, done: 120 },
        { queueName: 'email-b', state: 'done', total: 120, done: 120 },
      ],
    });
    expect(countOf('other', 'failed')).toBe(120);
    expect(await auditOf('operation.start')).toMatchObject([{ target: `operation:${id}`, details: { total: 240 } }]);
    await vi.waitFor(async () =>
      expect(await auditOf('operation.finish')).toMatchObject([
        { actor: 'token:DROVER_API_TOKEN', target: `operation:${id}`, details: { state: 'done', done: 240 } },
      ]),
    );
  });

  it('pauses queues, and tells what each was before', async () => {
    addJobs('a', 'waiting', 1);
    addJobs('b', 'waiting', 1);
    await post('/queues/b/pause');
    const { id } = await start({ kind: 'pause', queues: ['a', 'b', 'a'] });
    expect(await ended(id)).toMatchObject({
      state: 'done',
      total: 2,
      done: 2,
      queues: [
        { queueName: 'a', wasPaused: false },
        { queueName: 'b', wasPaused: true },
      ],
    });
    expect(server.engine.operations.paused).toEqual(new Set(['a', 'b']));
  });

  it('only counts in a dry run', async () => {
    addJobs('a', 'completed', 40);
    const operation = await start({
      kind: 'clean',
      queues: ['a'],
      options: { status: 'completed', limit: 30 },
      dryRun: true,
    });
    expect(operation).toMatchObject({ state: 'done', dryRun: true, total: 30, done: 0 });
    expect(await read(operation.id)).toMatchObject({ state: 'done', total: 30, done: 0 });
    expect(countOf('a', 'completed')).toBe(40);
  });

  it.each([
    [{ kind: 'clean', queues: ['a'] }, 'options.status'],
    [{ kind: 'pause', queues: ['a'], options: { limit: 5 } }, 'options.limit'],
    [{ kind: 'retry-failed', queues: ['a'], options: { grace: 5 } }, 'options.grace'],
    [{ kind: 'pause' }, 'queues'],
    [{ kind: 'pause', queues: ['a'], matching: '*' }, 'queues'],
    [{ kind: 'pause', queues: [] }, 'queues'],
    [{ kind: 'obliterate', queues: ['a'] }, 'kind'],
    [{ kind: 'pause', queues: ['a'], surprise: 1 }, 'surprise'],
  ])('refuses %j', async (body, said) => {
    addJobs('a', 'waiting', 1);
    const reply = await post<{ error: string }>('/operations', body);
    expect(reply.status).toBe(400);
    expect(reply.body.error).toContain(said);
  });

  it('starts nothing when one of its queues does not exist', async () => {
    addJobs('a', 'waiting', 1);
    expect(await post('/operations', { kind: 'pause', queues: ['a', 'typo'] })).toMatchObject({
      status: 404,
      body: { details: { queues: ['typo'] } },
    });
    expect((await post('/operations', { kind: 'pause', matching: 'x*' })).status).toBe(404);
    expect((await call<OperationsResponse>('GET', '/operations')).body).toEqual({ operations: [], total: 0 });
  });

  it('ends at its next slice when it is cancelled, and only then', async () => {
    addJobs('a', 'failed', 500);
    let release = () => undefined as unknown;
    const firstSlice = new Promise<void>((resolve) => {
      server.engine.operations.beforeSlice = async () => {
        resolve();
        await new Promise<void>((go) => {
          release = go;
        });
        server.clock.advance(600);
      };
    });
    const { id } = await start({ kind: 'retry-failed', queues: ['a'] });
    await firstSlice;
    expect((await post<OperationResponse>(`/operations/${id}/cancel`)).body).toMatchObject({
      success: true,
      operation: { state: 'running', cancelledBy: 'token:DROVER_API_TOKEN' },
    });
    release();
    expect(await ended(id)).toMatchObject({ state: 'cancelled', done: 20, queues: [{ state: 'running', done: 20 }] });
    expect(countOf('a', 'failed')).toBe(480);
    expect(await post(`/operations/${id}/cancel`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await auditOf('operation.cancel')).toMatchObject([
      { target: `operation:${id}`, result: 'done', details: { before: { state: 'running', total: 500 } } },
      { target: `operation:${id}`, result: 'failed', details: { code: 'conflict' } },
    ]);
  });

  it('says what of a queue was gone when its turn came', async () => {
    addJobs('a', 'failed', 60);
    server.engine.operations.beforeSlice = () => {
      if (server.engine.operations.slices.length === 1) jobsOf().delete('a');
    };
    const { id } = await start({ kind: 'retry-failed', queues: ['a'] });
    expect(await ended(id)).toMatchObject({
      state: 'done',
      done: 20,
      queues: [{ state: 'done', message: expect.stringContaining('40 jobs were gone') }],
    });
  });

  it('goes on with the other queues when one cannot be worked on', async () => {
    addJobs('a', 'failed', 5);
    addJobs('b', 'failed', 5);
    server.engine.operations.beforeSlice = (queueName) => {
      if (queueName === 'a') throw new Fault('internal', 'a is broken');
    };
    const { id } = await start({ kind: 'retry-failed', queues: ['a', 'b'] });
    expect(await ended(id)).toMatchObject({
      state: 'done',
      queues: [
        { queueName: 'a', state: 'failed', message: 'a is broken' },
        { queueName: 'b', state: 'done', done: 5 },
      ],
    });
  });

  it('is listed newest first, in pages that new ones do not shift', async () => {
    addJobs('a', 'waiting', 1);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      server.clock.advance(1_000);
      ids.unshift((await start({ kind: 'pause', queues: ['a'] })).id);
    }
    const list = async (query: string) => (await call<OperationsResponse>('GET', `/operations${query}`)).body;
    const first = await list('?limit=2');
    expect(first.operations.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.operations[0]).not.toHaveProperty('queues');
    expect(first.total).toBe(5);
    server.clock.advance(1_000);
    await start({ kind: 'resume', queues: ['a'] });
    const second = await list(`?limit=2&before=${first.next}`);
    expect(second.operations.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const third = await list(`?limit=2&before=${second.next}`);
    expect([third.operations.map(({ id }) => id), third.next]).toEqual([ids.slice(4), undefined]);
    expect((await call('GET', '/operations/op-none')).status).toBe(404);
    expect((await call('GET', '/operations?before=op-none')).status).toBe(404);
  });

  it('is listed by queue, a page of all at a time', async () => {
    for (const name of ['a', 'b']) addJobs(name, 'waiting', 1);
    const ids: string[] = [];
    for (const queues of [['a'], ['b'], ['a', 'b'], ['b']]) {
      server.clock.advance(1_000);
      ids.unshift((await start({ kind: 'pause', queues })).id);
    }
    const list = async (query: string) => (await call<OperationsResponse>('GET', `/operations?${query}`)).body;
    const [newest, second, , oldest] = ids;
    const first = await list('queueName=a&limit=2');
    expect(first.operations.map(({ id }) => id)).toEqual([second]);
    expect(first.next).toBe(second);
    const next = await list(`queueName=a&limit=2&before=${first.next}`);
    expect([next.operations.map(({ id }) => id), next.next]).toEqual([[oldest], undefined]);
    expect((await list('queueName=c')).operations).toEqual([]);
    expect((await list('')).operations[0]?.id).toBe(newest);
  });

  it('is told on the live topic from start to end', async () => {
    addJobs('a', 'failed', 5);
    const { id } = await start({ kind: 'retry-failed', queues: ['a'] });
    await ended(id);
    const batches = () => server.engine.records.all('live.batches').map(({ value }) => JSON.stringify(value));
    await vi.waitFor(() => {
      const told = batches().join();
      for (const type of ['operation.queued', 'operation.progress', 'operation.done']) expect(told).toContain(type);
    });
    expect(batches().join()).toContain(id);
  });
});
