import type { ErrorResponse, JobSchemaResponse } from '@drover/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileJobSchemas } from '../use-cases/jobs/job-schemas.js';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

const schema = {
  type: 'object',
  properties: { to: { type: 'string' }, copies: { type: 'integer', minimum: 1 } },
  required: ['to'],
};
const good = { to: 'ada', copies: 2 };
const bad = { copies: 0 };

let server: TestServer;
beforeEach(async () => {
  const { schemas } = await compileJobSchemas(new Map([['mail', schema]]));
  server = await startTestServer({ schemas });
  server.reads.publish(liveSnapshot({ queues: [queueHealth('mail'), queueHealth('sms')] }));
  server.engine.jobs.give({ queueName: 'mail', jobId: 'old', data: good });
});
afterEach(() => server.close());

async function call<T>(path: string, body?: unknown) {
  const response = await fetch(`${server.api}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...server.bearer() },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, reply: (await response.json()) as T };
}

const schedule = { scheduleId: 'nightly', queueName: 'mail', jobName: 'report', everyMs: 60_000 };

describe('a queue with a schema', () => {
  it.each([
    ['added', '/queues/mail/jobs', { name: 'welcome', data: bad }],
    ['edited', '/jobs/edit/mail/old', { data: bad }],
    ['duplicated', '/jobs/duplicate/mail/old', { data: bad }],
    ['scheduled', '/schedules', { ...schedule, data: bad }],
  ])('refuses what does not fit when it is %s, by its paths', async (_, path, body) => {
    const { status, reply } = await call<ErrorResponse>(path, body);
    expect(status).toBe(400);
    expect(reply).toMatchObject({ success: false, code: 'invalid_input' });
    expect(reply.details).toMatchObject({
      fields: [
        { in: 'body', path: 'data.to', message: 'is required' },
        { in: 'body', path: 'data.copies', message: 'must be >= 1' },
      ],
    });
    expect(server.engine.jobs.kept.size).toBe(1);
  });

  it.each([
    ['/queues/mail/jobs', { name: 'welcome', data: good }],
    ['/jobs/edit/mail/old', { data: good }],
    ['/jobs/edit/mail/old', { priority: 3 }],
    ['/jobs/duplicate/mail/old', {}],
    ['/schedules', { ...schedule, data: good }],
    ['/queues/sms/jobs', { name: 'welcome', data: bad }],
  ])('takes the rest: %s %j', async (path, body) => {
    expect((await call(path, body)).status).toBe(200);
  });

  it('refuses no payload at all, and a copy of one that was never right', async () => {
    expect((await call('/queues/mail/jobs', { name: 'welcome' })).status).toBe(400);
    server.engine.jobs.give({ queueName: 'mail', jobId: 'wrong', data: bad });
    expect((await call('/jobs/duplicate/mail/wrong', {})).status).toBe(400);
  });

  it('shows it to who fills in a form', async () => {
    expect((await call<JobSchemaResponse>('/queues/mail/job-schema')).reply).toEqual({ queueName: 'mail', schema });
    expect((await call<JobSchemaResponse>('/queues/sms/job-schema')).reply).toEqual({ queueName: 'sms' });
    expect((await call('/queues/nobody/job-schema')).status).toBe(404);
  });
});
