import { inspect } from 'node:util';
import { Fault } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { fencedFault, redisFault } from './faults.js';

const address = 'redis://host:6379';

describe('an error of the Redis driver', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:6379', 'engine_unavailable'],
    ['getaddrinfo ENOTFOUND nowhere', 'engine_unavailable'],
    ["Stream isn't writeable and enableOfflineQueue options is false", 'engine_unavailable'],
    ['Connection is closed.', 'engine_unavailable'],
    ['Reached the max retries per request limit (which is 0).', 'engine_unavailable'],
    ['LOADING Redis is loading the dataset in memory', 'engine_unavailable'],
    ["READONLY You can't write against a read only replica.", 'engine_unavailable'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'engine_unavailable'],
    ['Command timed out', 'engine_timeout'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'engine_full'],
    ['MISCONF Redis is configured to save RDB snapshots', 'engine_full'],
    ['ERR max number of clients reached', 'engine_full'],
    ['DROVERFENCED a later epoch leads', 'fenced'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'internal'],
  ])('%s is the fault %s', (message, code) => {
    expect(redisFault(new Error(message), address)).toMatchObject({ code });
  });

  it('loses the command that it carries: the arguments of AUTH are the password', () => {
    const error = Object.assign(new Error('WRONGPASS no'), { command: { name: 'auth', args: ['s3cret-word'] } });
    expect(inspect(redisFault(error, address), { depth: 10, showHidden: true })).not.toContain('s3cret-word');
  });

  it('names what went wrong when several attempts failed', () => {
    const error = new AggregateError([new Error('connect ECONNREFUSED ::1:6379')], '');
    expect(redisFault(error, address)).toMatchObject({
      code: 'engine_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('that is a fault already stays as it is', () => {
    const fault = fencedFault();
    expect(redisFault(fault, address)).toBe(fault);
    expect(fault).toBeInstanceOf(Fault);
  });
});
