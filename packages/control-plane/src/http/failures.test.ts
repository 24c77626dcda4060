import {
  addFailureGroups,
  type FailureGroup,
  type OperationResponse,
  type ScanFailuresResponse,
} from '@drover/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
  server.reads.publish(liveSnapshot({ queues: [queueHealth('mail'), queueHealth('sms')] }));
  for (const name of ['mail', 'sms']) server.engine.operations.jobs.set(name, []);
});
afterEach(() => server.close());

async function call<T>(path: string, body?: unknown) {
  const response = await fetch(`${server.api}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...server.bearer() },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, reply: JSON.parse(text) as T };
}

const failed = (queueName: string, jobId: string, error: string, more: object = {}) =>
  server.engine.jobs.give({
    ...{ queueName, jobId, state: 'failed', error, finishedAtMs: server.clock.nowMs() - 60_000, attemptsMade: 1 },
    stacks: [`Error: ${error}\n    at send (/app/node_modules/smtp/i.js:1:1)\n    at deliver (/app/src/mail.js:7:3)`],
    processedBy: 'worker-1',
    ...more,
  });

async function scan(body: object = {}): Promise<FailureGroup[]> {
  let groups: ReadonlyMap<string, FailureGroup> = new Map();
  for (let cursor: string | undefined; ; ) {
    const { status, reply } = await call<ScanFailuresResponse>('/jobs/failures', {
      ...body,
      ...(cursor && { cursor }),
    });
    expect(status).toBe(200);
    groups = addFailureGroups(groups, reply.groups);
    cursor = reply.next;
    if (cursor === undefined) return [...groups.values()];
  }
}

const ended = async (id: string) =>
  vi.waitFor(
    async () => {
      const { reply } = await call<OperationResponse['operation']>(`/operations/${id}`);
      expect(reply.finishedAt).toBeDefined();
      return reply;
    },
    { timeout: 10_000 },
  );

describe('failures', () => {
  it('are grouped by error and place over queues, with counts, times, workers and an example', async () => {
    for (let index = 0; index < 450; index += 1) failed('mail', `mail-${index}`, `user ${index} not found`);
    failed('sms', 'late', 'user 9 not found', {
      finishedAtMs: server.clock.nowMs() - 7_200_000,
      processedBy: 'worker-2',
    });
    failed('sms', 'other', 'no route');
    const groups = await scan();
    expect(groups).toHaveLength(2);
    const [users] = groups.filter(({ message }) => message === 'user <n> not found');
    expect(users).toMatchObject({
      ...{ count: 451, lastHour: 450, place: 'deliver (app/src/mail.js:7)', workers: ['worker-1', 'worker-2'] },
      queues: [
        { queueName: 'mail', count: 450 },
        { queueName: 'sms', count: 1 },
      ],
      example: { queueName: 'mail', error: expect.stringMatching(/^user \d+ not found$/) },
    });
    expect(users?.firstSeen).toBe(new Date(server.clock.nowMs() - 7_200_000).toISOString());
    expect(await scan({ queues: ['sms'] })).toHaveLength(2);
    const recent = new Date(server.clock.nowMs() - 3_600_000).toISOString();
    expect((await scan({ queues: ['sms'], since: recent })).map(({ message }) => message)).toEqual(['no route']);
  });

  it('show nothing that rules take out, in groups, examples, operations or the audit log', async () => {
    const marker = '4242-marker-4242';
    failed('mail', 'secret', `card ${marker} declined`, {
      data: { card: { number: marker } },
      stacks: [`Error: card ${marker} declined\n    at charge_${marker} (/app/pay.js:1:1)`],
    });
    const { text, reply } = await call<ScanFailuresResponse>('/jobs/failures', {});
    expect(text).not.toContain(marker);
    expect(reply.groups).toMatchObject([{ message: 'card [redacted] declined' }]);
    // Nor is it found out by what an operation would touch.
    const filter = { error: marker };
    const asked = await call<OperationResponse>('/operations', {
      ...{ kind: 'retry-jobs', queues: ['mail'], jobs: { filter }, dryRun: true },
    });
    expect((await ended(asked.reply.operation.id)).total).toBe(0);
    await server.trail.flush();
    expect(JSON.stringify(server.audit.entries)).not.toContain(marker);
    expect(server.logged.join('\n')).not.toContain(marker);
  });
});

describe('an operation on chosen jobs', () => {
  it('counts a group, then retries it and nothing else', async () => {
    for (let index = 0; index < 30; index += 1) failed('mail', `mail-${index}`, `user ${index} not found`);
    failed('mail', 'other', 'no route');
    const groups = await scan();
    const failure = groups.find(({ count }) => count === 30)?.fingerprint;
    const request = { kind: 'retry-jobs', queues: ['mail'], jobs: { filter: { failure } } };
    const dry = await call<OperationResponse>('/operations', { ...request, dryRun: true });
    const counted = await ended(dry.reply.operation.id);
    expect(counted).toMatchObject({ state: 'done', dryRun: true, total: 30, done: 0, examined: 31 });
    const started = await call<OperationResponse>('/operations', {
      ...request,
      jobs: { ...request.jobs, counted: counted.id },
    });
    expect(await ended(started.reply.operation.id)).toMatchObject({ state: 'done', total: 30, done: 30, failed: 0 });
    const states = [...server.engine.jobs.kept.values()].map(({ row }) => row.state);
    expect(states.filter((state) => state === 'failed')).toHaveLength(1);
  });

  it.each([
    [{ kind: 'retry-jobs', jobs: { states: ['delayed'] } }, 'jobs.states'],
    [{ kind: 'remove-jobs', jobs: { states: ['active'] } }, 'jobs.states'],
    [{ kind: 'remove-jobs' }, 'jobs.states'],
    [{ kind: 'promote-jobs', jobs: { canary: { jobs: 1 } } }, 'jobs.canary'],
    [{ kind: 'retry-jobs', jobs: { trash: true } }, 'jobs.trash'],
    [{ kind: 'pause', jobs: {} }, 'jobs'],
    [{ kind: 'retry-jobs', options: { limit: 5 } }, 'options.limit'],
    [{ kind: 'retry-jobs', jobs: { filter: { failure: 'x' } } }, 'jobs.filter.failure'],
  ])('refuses %j at its field', async (body, path) => {
    const { status, text } = await call('/operations', { queues: ['mail'], ...body });
    expect(status).toBe(400);
    expect(text).toContain(`"path":"${path}"`);
  });

  it('refuses a count of other jobs, and one that is not there', async () => {
    const request = { kind: 'retry-jobs', queues: ['mail'], jobs: { filter: { name: 'a' } } };
    const dry = await call<OperationResponse>('/operations', { ...request, dryRun: true });
    const { id } = await ended(dry.reply.operation.id);
    const other = { ...request, jobs: { filter: { name: 'b' }, counted: id } };
    expect((await call('/operations', other)).status).toBe(409);
    expect((await call('/operations', { ...request, jobs: { counted: 'op-never' } })).status).toBe(404);
  });
});
