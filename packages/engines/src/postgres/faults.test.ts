import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FENCED_CODE, postgresFault } from './faults.js';

const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('an error of the PostgreSQL driver', () => {
  it.each([
    [failure('connect ECONNREFUSED', 'ECONNREFUSED'), 'engine_unavailable'],
    [failure('Connection terminated unexpectedly'), 'engine_unavailable'],
    [failure('timeout exceeded when trying to connect'), 'engine_unavailable'],
    [failure('terminating connection due to administrator command', '57P01'), 'engine_unavailable'],
    [failure('the database system is starting up', '57P03'), 'engine_unavailable'],
    [failure('password authentication failed', '28P01'), 'engine_unavailable'],
    [failure('cannot execute INSERT in a read-only transaction', '25006'), 'engine_unavailable'],
    [failure('canceling statement due to statement timeout', '57014'), 'engine_timeout'],
    [failure('Query read timeout'), 'engine_timeout'],
    [failure('sorry, too many clients already', '53300'), 'engine_full'],
    [failure('could not extend file: No space left on device', '53100'), 'engine_full'],
    [failure('a later epoch leads', FENCED_CODE), 'fenced'],
    [failure('syntax error', '42601'), 'internal'],
  ])('%s is the fault %s', (error, code) => {
    expect(postgresFault(error, 'postgres://host:5432/db')).toMatchObject({ code });
  });

  it('loses the client that it carries, which holds the password', () => {
    const error = Object.assign(failure('terminating connection', '57P01'), { client: { password: 's3cret-word' } });
    expect(inspect(postgresFault(error, 'postgres://host:5432/db'), { depth: 10 })).not.toContain('s3cret-word');
  });

  it('names what went wrong when both addresses of a host failed', () => {
    const error = new AggregateError([failure('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')], '');
    expect(postgresFault(error, 'postgres://host:5432/db')).toMatchObject({
      code: 'engine_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
