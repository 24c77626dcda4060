import { describe, expect, it } from 'vitest';
import { InvalidConfig } from './problems.js';
import { resolveConfig } from './resolve-config.js';

const source = (value: unknown) => ({ value, name: 'drover.config.mjs', folder: '/app' });

function problemsIn(value: unknown, env: Record<string, string> = {}): string[] {
  try {
    resolveConfig(source(value), env, {});
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('resolveConfig', () => {
  it('runs on nothing at all', () => {
    expect(resolveConfig(source({}), {}, {})).toMatchObject({
      engine: 'embedded',
      host: '127.0.0.1',
      port: 4700,
      prefix: 'bull',
      dataDir: '/app/.drover',
    });
  });

  it('lets the command line win over the environment and the environment over the file', () => {
    const file = { engine: 'redis://file', port: 1, host: 'file' };
    const env = { DROVER_ENGINE: 'redis://env', PORT: '2' };
    const config = resolveConfig(source(file), env, { engine: 'redis://flag', port: undefined });
    expect([config.engine, config.port, config.host]).toEqual(['redis://flag', 2, 'file']);
  });

  it('finds processors beside the file and fills in what a queue does not say', () => {
    const config = resolveConfig(
      source({ queues: { email: { processor: './jobs/email.js', memory: { hardLimitMB: 900 } } } }),
      {},
      {},
    );
    expect(config.queues.get('email')).toMatchObject({
      processor: '/app/jobs/email.js',
      minWorkers: 1,
      maxWorkers: 1,
      graceMs: 30_000,
      memory: { softLimitMB: 384, hardLimitMB: 900 },
    });
  });

  it('only watches a queue that has no processor', () => {
    const config = resolveConfig(source({ queues: { legacy: { thresholds: { minFinished: 5 } } } }), {}, {});
    expect(config.queues.get('legacy')).toMatchObject({ processor: null, minWorkers: 0 });
  });

  it('names every problem at once, each with its path and a way out', () => {
    const problems = problemsIn(
      {
        enginee: 'redis://x',
        port: 99_999,
        queues: {
          'email sending': { processor: './a.js', concurency: 4 },
          pay: { processor: './b.js', minWorkers: 5, maxWorkers: 2 },
          tax: { minWorkers: 1 },
        },
      },
      { PORT: 'http' },
    );
    expect(problems).toEqual(
      expect.arrayContaining([
        'enginee: is not a setting; did you mean engine?',
        expect.stringMatching(/^port: .*65535.*given: 99999/),
        "queues['email sending'].concurency: is not a setting; did you mean concurrency?",
        expect.stringMatching(/^queues\.pay\.maxWorkers: maxWorkers is below minWorkers/),
        expect.stringMatching(/^queues\.tax\.processor: minWorkers needs a processor/),
        expect.stringMatching(/^PORT: is not a port number/),
      ]),
    );
    expect(problems).toHaveLength(6);
  });

  it('refuses limits that contradict each other', () => {
    expect(problemsIn({ memory: { softLimitMB: 900, hardLimitMB: 500 } })[0]).toMatch(
      /^memory\.softLimitMB: softLimitMB is above/,
    );
    expect(problemsIn({ thresholds: { queueDepth: { warning: 9, critical: 3 } } })[0]).toMatch(
      /warning is above critical/,
    );
  });

  it('keeps what is said of timeouts, for all queues and for one, apart', () => {
    const file = { timeout: { timeoutMs: 60_000 }, queues: { pay: { timeout: { shadow: true } }, tax: {} } };
    const config = resolveConfig(source(file), {}, {});
    expect(config.timeout).toEqual({ timeoutMs: 60_000 });
    expect(config.queues.get('pay')?.ownTimeout).toEqual({ shadow: true });
    expect(config.queues.get('tax')?.ownTimeout).toEqual({});
  });

  it('refuses timeouts that contradict themselves, and 0', () => {
    expect(problemsIn({ timeout: { timeoutMs: 5, floorMs: 6 } })[0]).toMatch(/^timeout\.floorMs: floorMs is above/);
    expect(problemsIn({ timeout: { timeoutMs: 5, ceilingMs: 4 } })[0]).toMatch(
      /^timeout\.ceilingMs: ceilingMs is below/,
    );
    expect(problemsIn({ queues: { pay: { timeout: { timeoutMs: 0 } } } })[0]).toMatch(
      /^queues\.pay\.timeout\.timeoutMs/,
    );
    expect(problemsIn({ timeout: { timeoutms: 5 } })[0]).toContain('is not a setting');
  });

  it('keeps limiters as they stand, and names of a queue in a list', () => {
    const file = {
      limiters: { stripeApi: { perSecond: 5 }, maps: { perDay: 9 } },
      queues: { pay: { limiter: 'stripeApi' }, route: { limiter: ['maps', 'databaseWrites'] }, tax: {} },
    };
    const config = resolveConfig(source(file), {}, {});
    expect(config.limiters).toEqual(file.limiters);
    expect([...config.queues.values()].map(({ limiters }) => limiters)).toEqual([
      ['stripeApi'],
      ['maps', 'databaseWrites'],
      [],
    ]);
  });

  it('refuses a limiter that nothing defines, and limits that are none', () => {
    expect(problemsIn({ queues: { pay: { limiter: 'stripe' } } })[0]).toMatch(
      /^queues\.pay\.limiter: names no limiter: stripe; there are .*stripeApi/,
    );
    expect(problemsIn({ limiters: { maps: {} } })[0]).toMatch(/^limiters\.maps: names no window/);
    expect(problemsIn({ limiters: { maps: { perSecond: 0 } } })[0]).toMatch(/^limiters\.maps\.perSecond/);
    expect(problemsIn({ limiters: { maps: { perWeek: 1 } } })[0]).toContain('is not a setting');
    expect(problemsIn({ limiters: { 'a\n': { perSecond: 1 } } })).not.toEqual([]);
  });

  it('refuses what is not a configuration', () => {
    expect(problemsIn('hello')[0]).toMatch(/^\(the whole file\)/);
  });
});
