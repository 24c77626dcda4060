import { describe, expect, it } from 'vitest';
import { emptyJob, jsonProblem, readDuplicate, readEdit, readNewJob, textsOfJob } from './job-form.js';

const job = { name: 'send', priority: 5 };

describe('a new job', () => {
  it('sends what was filled in, times in milliseconds', () => {
    const texts = {
      ...emptyJob,
      name: ' send ',
      data: '{"to":"ada"}',
      'options.jobId': 'order-7',
      'options.delay': '1.5',
      'options.attempts': '3',
      'options.backoff.type': 'exponential',
      'options.backoff.delay': '2',
    };
    expect(readNewJob(texts)).toEqual({
      problems: {},
      request: {
        name: 'send',
        data: { to: 'ada' },
        options: { jobId: 'order-7', delay: 1_500, attempts: 3, backoff: { type: 'exponential', delay: 2_000 } },
      },
    });
    expect(readNewJob({ ...emptyJob, name: 'send' }).request).toEqual({ name: 'send', data: {} });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ data: '{to: 1}' }, 'data'],
    [{ data: '' }, 'data'],
    [{ 'options.jobId': 'a:b' }, 'options.jobId'],
    [{ 'options.jobId': '42' }, 'options.jobId'],
    [{ 'options.priority': '-1' }, 'options.priority'],
    [{ 'options.attempts': '0' }, 'options.attempts'],
  ])('is refused at its field: %o', (change, path) => {
    const { problems, request } = readNewJob({ ...emptyJob, name: 'send', ...change });
    expect(request).toBeUndefined();
    expect(Object.keys(problems)).toEqual([path]);
  });

  it('may carry any JSON but no more than fits a request', () => {
    expect(jsonProblem('null')).toBeUndefined();
    expect(jsonProblem(JSON.stringify('x'.repeat(200_000)))).toMatch(/200 KB/);
  });
});

describe('an edited job', () => {
  const before = textsOfJob(job, '{\n  "to": "ada"\n}');

  it('sends only what was changed', () => {
    expect(readEdit({ ...before, 'options.priority': '1' }, before, false).request).toEqual({ priority: 1 });
    expect(readEdit({ ...before, data: '{"to":"bob"}' }, before, true).request).toEqual({
      data: { to: 'bob' },
      runAgain: true,
    });
    expect(readEdit(before, before, true).request).toEqual({ runAgain: true });
    expect(readEdit(before, before, false).request).toBeUndefined();
  });

  it('leaves a payload alone that could not be shown', () => {
    const hidden = textsOfJob(job, undefined);
    expect(readEdit({ ...hidden, 'options.delay': '60' }, hidden, false)).toEqual({
      problems: {},
      request: { delay: 60_000 },
    });
  });
});

describe('a duplicate', () => {
  it('is the job itself but for what was changed', () => {
    const before = textsOfJob(job, '{}');
    expect(readDuplicate(before, before).request).toEqual({});
    expect(readDuplicate({ ...before, data: '[1]', 'options.priority': '9' }, before).request).toEqual({
      data: [1],
      options: { priority: 9 },
    });
  });
});
