import type { ChangeJobsResponse, JobTrashResponse, QuarantineResponse } from '@drover/contract';
import { PARKED_UNTIL_MS, parseQuarantine, quarantineKey, type WorkerReport } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeaderTick } from '../monitor/leader-duty.js';
import { workerReport } from '../testing/worker-report.js';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

const fence = { name: 'monitor', epoch: 1 };
let server: TestServer;
let nowMs: number;
beforeEach(async () => {
  server = await startTestServer();
  server.reads.publish(liveSnapshot({ queues: [queueHealth('mail')] }));
  nowMs = server.clock.nowMs();
});
afterEach(() => server.close());

async function call<T>(path: string, body?: unknown, headers: Record<string, string> = server.bearer()) {
  const response = await fetch(`${server.api}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, reply: (await response.json()) as T };
}

const page = async () => (await call<QuarantineResponse>('/jobs/quarantine')).reply;
const listed = () => parseQuarantine(server.cache.get(quarantineKey)?.value);
const tick = (stored: readonly WorkerReport[], reports = stored, over = fence) => {
  nowMs += 5_000;
  return server.quarantineDuty.run({ stored, reports, nowMs, fence: over } as unknown as LeaderTick);
};
const give = (jobId: string, more: object = {}) =>
  server.engine.jobs.give({ queueName: 'mail', jobId, name: 'charge', ...more });
const worker = (workerId: string, more: Partial<WorkerReport> = {}) =>
  workerReport({ workerId, queueName: 'mail', ...more });

/** The job's next run, ended by its worker being killed. */
async function crash(run: number, jobId = 'bad', over = fence): Promise<void> {
  const held = worker(`w${run}`);
  give(jobId, { state: 'active', startedAtMs: run, processedBy: `w${run}` });
  await tick([held], [held], over);
  await tick([held], [], over);
}

describe('a job that crashes its workers', () => {
  it('is set aside after three, with each crash, and workers are told', async () => {
    await crash(1);
    await crash(2);
    expect(await page()).toEqual({ jobs: [], afterCrashes: 3 });
    expect(listed()).toEqual([]);
    await crash(3);
    const { jobs } = await page();
    expect(jobs).toMatchObject([{ queueName: 'mail', jobId: 'bad', name: 'charge', state: 'active' }]);
    expect(jobs[0]?.crashes).toMatchObject(
      [1, 2, 3].map((run) => ({ kind: 'vanished', workerId: `w${run}`, beside: 0, rssMB: 100, memoryLimitMB: 512 })),
    );
    expect(listed()).toEqual([{ queueName: 'mail', jobId: 'bad' }]);
  });

  it('is counted over changes of leaders, and once for each run', async () => {
    await crash(1);
    await crash(2, 'bad', { name: 'monitor', epoch: 2 });
    const same = worker('w2');
    await tick([same], [same], { name: 'monitor', epoch: 3 });
    await tick([same], [], { name: 'monitor', epoch: 3 });
    expect((await page()).jobs).toEqual([]);
    await crash(3, 'bad', { name: 'monitor', epoch: 3 });
    expect((await page()).jobs).toHaveLength(1);
  });

  it('is not counted while its worker only hangs', async () => {
    await crash(1);
    await crash(2);
    give('bad', { state: 'active', startedAtMs: 3, processedBy: 'slow' });
    const slow = worker('slow');
    await tick([slow]);
    await tick([slow], []);
    expect(listed()).toHaveLength(1);
    await tick([slow]);
    expect(listed()).toEqual([]);
    expect((await page()).jobs).toEqual([]);
    await crash(4);
    expect((await page()).jobs[0]?.crashes.map(({ workerId }) => workerId)).toEqual(['w1', 'w2', 'w4']);
  });

  it('is told as one of several when its worker had more in hand', async () => {
    for (const run of [1, 2, 3]) {
      give('bad', { state: 'waiting' });
      give('other', { state: 'waiting' });
      const crashedWith = ['bad', 'other'].map((jobId) => ({ jobId, startedAtMs: run }));
      await tick([worker(`w${run}`, { state: 'stopped', crashedWith })]);
    }
    const { jobs } = await page();
    expect(jobs.map(({ jobId }) => jobId).sort()).toEqual(['bad', 'other']);
    expect(jobs[0]?.crashes[0]).toMatchObject({ kind: 'unhandled_error', beside: 1 });
  });

  it('is remembered though the engine was away at the tick that saw it', async () => {
    await crash(1);
    await crash(2);
    give('bad', { state: 'active', startedAtMs: 3, processedBy: 'w3' });
    const held = worker('w3');
    await tick([held]);
    server.engine.away = true;
    await expect(tick([held], [])).rejects.toThrow();
    server.engine.away = false;
    await tick([held], []);
    expect((await page()).jobs).toHaveLength(1);
  });

  it('is told to workers again when that was lost, and forgotten when it was removed', async () => {
    for (const run of [1, 2, 3]) await crash(run);
    await server.cache.put(quarantineKey, { jobs: [] });
    nowMs += 60_000;
    await tick([]);
    expect(listed()).toHaveLength(1);
    server.engine.jobs.kept.clear();
    nowMs += 60_000;
    await tick([]);
    expect(listed()).toEqual([]);
    expect((await page()).jobs).toEqual([]);
  });
});

describe('a job that is set aside', () => {
  let id: string;
  beforeEach(async () => {
    for (const run of [1, 2, 3]) await crash(run);
    give('bad', { state: 'delayed', dueAtMs: PARKED_UNTIL_MS });
    id = (await page()).jobs[0]?.id ?? '';
  });

  it('runs again when it is released, its crashes forgotten', async () => {
    const { reply } = await call<ChangeJobsResponse>('/jobs/quarantine/release', { ids: [id, 'unknown'] });
    expect(reply).toMatchObject({ total: 2, done: 1, failed: 1, errors: [{ jobId: 'unknown' }] });
    expect(listed()).toEqual([]);
    expect((await server.engine.jobs.find([{ queueName: 'mail', jobId: 'bad' }]))[0]?.state).toBe('waiting');
    expect((await page()).jobs).toEqual([]);
    await crash(4);
    expect((await page()).jobs).toEqual([]);
    await server.trail.flush();
    expect(server.audit.entries.at(-1)).toMatchObject({ action: 'job.release' });
  });

  it('is where it was when it is released before a worker came to it', async () => {
    give('bad', { state: 'delayed', dueAtMs: nowMs + 60_000 });
    expect((await call<ChangeJobsResponse>('/jobs/quarantine/release', { ids: [id] })).reply.done).toBe(1);
    expect((await server.engine.jobs.find([{ queueName: 'mail', jobId: 'bad' }]))[0]?.state).toBe('delayed');
  });

  it('goes to the trash when it is discarded, and stays while a worker has it', async () => {
    give('bad', { state: 'active', startedAtMs: 9 });
    const refused = await call<ChangeJobsResponse>('/jobs/quarantine/discard', { ids: [id] });
    expect(refused.reply).toMatchObject({ done: 0, failed: 1, errors: [{ jobId: 'bad' }] });
    expect(listed()).toHaveLength(1);
    give('bad', { state: 'delayed', dueAtMs: PARKED_UNTIL_MS });
    expect((await call<ChangeJobsResponse>('/jobs/quarantine/discard', { ids: [id] })).reply.done).toBe(1);
    expect((await call<JobTrashResponse>('/jobs/trash')).reply.jobs).toMatchObject([{ jobId: 'bad' }]);
    expect(listed()).toEqual([]);
    expect((await page()).jobs).toEqual([]);
  });

  it('is changed by operators, and seen by viewers', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    const viewer = server.bearer((await server.auth.createToken({ name: 'v', role: 'viewer' })).token);
    expect((await call('/jobs/quarantine', undefined, viewer)).status).toBe(200);
    expect((await call('/jobs/quarantine/release', { ids: [id] }, viewer)).status).toBe(403);
    expect((await call('/jobs/quarantine?cursor=x')).status).toBe(400);
  });
});
