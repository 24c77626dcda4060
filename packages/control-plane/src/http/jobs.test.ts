import type { JobDetail, JobsResponse, SearchJobsResponse } from '@drover/contract';
import { cancelsKey } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
  server.reads.publish(liveSnapshot({ queues: [queueHealth('mail'), queueHealth('sms')] }));
});
afterEach(() => server.close());

async function call<T>(path: string, body?: unknown, headers: Record<string, string> = server.bearer()) {
  const response = await fetch(`${server.api}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, reply: JSON.parse(text) as T };
}

async function as(role: 'operator' | 'viewer'): Promise<Record<string, string>> {
  await server.auth.switchRoles({ operator: true, viewer: true });
  return server.bearer((await server.auth.createToken({ name: role, role })).token);
}

const given = (jobId: string, more: object = {}) => server.engine.jobs.give({ queueName: 'mail', jobId, ...more });

describe('what rules take out', () => {
  const marker = '4242-marker-4242';
  const declined = `card ${marker} declined`;
  beforeEach(() => {
    given('secret', {
      ...{ state: 'failed', startedAtMs: 1, finishedAtMs: 2, error: declined, attemptsMade: 1 },
      ...{ data: { card: { number: marker }, to: 'ada' }, result: { password: marker } },
      ...{ stacks: [`Error: ${declined}\n    at charge (pay.js:1:1)`], logs: [`charging ${marker}`] },
    });
  });

  it('is in no reply, log line, audit entry or trash', async () => {
    const find = { filter: { where: [{ path: 'data.to', op: '=', value: 'ada' }] } };
    const replies = [
      await call('/queues/mail/jobs?state=failed'),
      await call('/jobs/find?id=secret'),
      await call('/jobs/search', find),
      await call('/jobs/one/mail/secret'),
      await call('/jobs/logs/mail/secret'),
      await call('/jobs/value/mail/secret'),
      await call('/jobs/value/mail/secret?field=result'),
      await call('/jobs/tree/mail/secret'),
      await call('/queues/mail/jobs', { name: 'x', data: { card: { number: marker } } }),
      await call('/jobs/duplicate/mail/secret', { data: { card: { number: marker } } }),
      await call('/queues/mail/jobs/actions', { action: 'remove', jobIds: ['secret'] }),
      await call('/jobs/trash'),
      await call('/jobs/edit/mail/secret', { data: { card: { number: marker } } }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([...Array(12).fill(200), 404]);
    expect(replies[3]?.text).toContain('[redacted]');
    await server.trail.flush();
    for (const { text } of replies) expect(text).not.toContain(marker);
    expect(JSON.stringify(server.audit.entries)).not.toContain(marker);
    expect(server.logged.join('\n')).not.toContain(marker);
  });

  it('cannot be found out by searching', async () => {
    for (const filter of [
      { text: marker },
      { error: marker },
      { where: [{ path: 'data.card.number', op: '=', value: marker }] },
    ]) {
      expect((await call<SearchJobsResponse>('/jobs/search', { filter })).reply).toMatchObject({
        hits: [],
        examined: 1,
      });
    }
  });

  it('is shown to whoever may see it, asks for it, and is written down', async () => {
    const { reply } = await call<JobDetail>('/jobs/one/mail/secret?reveal=true');
    expect(reply).toMatchObject({ error: declined, redacted: false, data: { value: { card: { number: marker } } } });
    await server.trail.flush();
    expect(server.audit.entries.at(-1)).toMatchObject({
      action: 'job.reveal',
      target: 'job:mail/secret',
      result: 'done',
    });
    const refused = await call('/jobs/one/mail/secret?reveal=true', undefined, await as('operator'));
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain(marker);
  });

  it('is said of a job that has it, and not of one that has not', async () => {
    given('plain', { data: { to: 'ada' } });
    given('huge', { data: { to: 'x'.repeat(300_000) } });
    const flagOf = async (jobId: string) => (await call<JobDetail>(`/jobs/one/mail/${jobId}`)).reply.redacted;
    expect(await flagOf('secret')).toBe(true);
    expect(await flagOf('plain')).toBe(false);
    // Nobody looked through it.
    expect(await flagOf('huge')).toBe(true);
  });

  it('goes from errors that quote the progress', async () => {
    given('halfway', {
      ...{ state: 'failed', startedAtMs: 1, finishedAtMs: 2, error: `after ${marker}`, attemptsMade: 1 },
      ...{
        progress: JSON.stringify({ password: marker }),
        stacks: [`Error: after ${marker}\n    at pay`],
        logs: [`at ${marker}`],
      },
    });
    for (const path of ['/queues/mail/jobs?state=failed', '/jobs/one/mail/halfway', '/jobs/logs/mail/halfway']) {
      const { status, text } = await call(path);
      expect(status).toBe(200);
      expect(text).toContain('[redacted]');
      expect(text).not.toContain(marker);
    }
  });

  it('is not left in part where an error is cut', async () => {
    const error = `${'x'.repeat(1_990)} ${marker.slice(0, 9)}`;
    const whole = `${'x'.repeat(1_990)} ${marker} declined`;
    given('cut', {
      ...{ state: 'failed', startedAtMs: 1, finishedAtMs: 2, error, data: { card: { number: marker } } },
      ...{ stacks: [`${whole}\n    at pay`] },
    });
    for (const path of ['/queues/mail/jobs?state=failed', '/jobs/one/mail/cut']) {
      expect((await call(path)).text).not.toContain(marker.slice(0, 6));
    }
  });

  it('does not come back as the payload when a redacted one is saved', async () => {
    const { reply } = await call<JobDetail>('/jobs/one/mail/secret');
    const edited = await call('/jobs/edit/mail/secret', { data: reply.data.value });
    expect(edited).toMatchObject({ status: 400 });
  });
});

describe('a list', () => {
  it('goes page by page and refuses a queue that nobody knows', async () => {
    for (let index = 0; index < 5; index += 1) given(`job-${index}`);
    const first = await call<JobsResponse>('/queues/mail/jobs?limit=3&order=oldest');
    expect(first.reply.jobs.map(({ jobId }) => jobId)).toEqual(['job-0', 'job-1', 'job-2']);
    const rest = await call<JobsResponse>(`/queues/mail/jobs?limit=3&order=oldest&cursor=${first.reply.next}`);
    expect(rest.reply.jobs.map(({ jobId }) => jobId)).toEqual(['job-3', 'job-4']);
    expect(rest.reply).not.toHaveProperty('next');
    expect((await call('/queues/mial/jobs')).status).toBe(404);
  });
});

describe('a search', () => {
  it('tells hits slice by slice, over queues and states, with its progress', async () => {
    for (let index = 0; index < 450; index += 1) given(`job-${index}`, { data: { customerId: index % 100 } });
    server.engine.jobs.give({ queueName: 'sms', jobId: 'other', state: 'failed', data: { customerId: 42 } });
    const filter = { where: [{ path: 'data.customerId', op: '=', value: 42 }] };
    const found: string[] = [];
    let examined = 0;
    for (let cursor: string | undefined; ; ) {
      const { reply } = await call<SearchJobsResponse>('/jobs/search', { filter, limit: 1, ...(cursor && { cursor }) });
      expect(reply.examined).toBeGreaterThanOrEqual(examined);
      examined = reply.examined;
      found.push(...reply.hits.map(({ jobId }) => jobId));
      cursor = reply.next;
      if (cursor === undefined) break;
    }
    expect(found.sort()).toEqual(['job-142', 'job-242', 'job-342', 'job-42', 'job-442', 'other']);
    expect(examined).toBe(451);
    expect((await call('/jobs/search', { filter, cursor: 'nonsense' })).status).toBe(400);
  });
});

describe('an action', () => {
  it('does what it can and names what it could not', async () => {
    given('failed', { state: 'failed' });
    given('waiting');
    const { reply } = await call('/queues/mail/jobs/actions', {
      action: 'retry',
      jobIds: ['failed', 'waiting', 'gone'],
    });
    expect(reply).toMatchObject({ success: true, total: 3, done: 1, failed: 2 });
    expect(reply).toMatchObject({ errors: [{ jobId: 'waiting' }, { jobId: 'gone' }] });
  });

  it('keeps removed jobs, and brings them back', async () => {
    given('gone-soon', { name: 'welcome', data: { to: 'ada' } });
    await call('/queues/mail/jobs/actions', { action: 'remove', jobIds: ['gone-soon'] });
    expect((await call('/jobs/one/mail/gone-soon')).status).toBe(404);
    const { reply: trash } = await call<{ jobs: { id: string }[] }>('/jobs/trash');
    expect(trash.jobs).toMatchObject([{ jobId: 'gone-soon', name: 'welcome', removedBy: 'token:DROVER_API_TOKEN' }]);
    const ids = trash.jobs.map(({ id }) => id);
    expect((await call('/jobs/trash/restore', { ids })).reply).toMatchObject({ done: 1 });
    expect((await call<JobDetail>('/jobs/one/mail/gone-soon')).reply.data.value).toEqual({ to: 'ada' });
    expect((await call('/jobs/trash/restore', { ids })).reply).toMatchObject({ done: 0, failed: 1 });
  });

  it('tells the workers which run is cancelled, and says when one does not end', async () => {
    given('running', { state: 'active', startedAtMs: 77 });
    given('waiting');
    const body = { action: 'cancel', jobIds: ['running', 'waiting'], reason: 'wrong list' };
    const { reply } = await call('/queues/mail/jobs/actions', body);
    expect(reply).toMatchObject({ done: 0, failed: 2 });
    expect(server.cache.get(cancelsKey)?.value).toMatchObject({
      cancels: [{ jobId: 'running', startedAtMs: 77, reason: 'cancelled by token:DROVER_API_TOKEN: wrong list' }],
    });
  });

  it('is the operators’, not the viewers’', async () => {
    given('failed', { state: 'failed' });
    const body = { action: 'retry', jobIds: ['failed'] };
    expect((await call('/queues/mail/jobs/actions', body, await as('viewer'))).status).toBe(403);
    expect((await call('/queues/mail/jobs/actions', body, await as('operator'))).status).toBe(200);
  });
});
