import { describe, expect, it } from 'vitest';
import { InvalidConfig } from './problems.js';
import { resolveConfig } from './resolve-config.js';
import { workloadName } from './workload-name.js';

const resolve = (value: unknown) => resolveConfig({ value, name: 'drover.config.mjs', folder: '/app' }, {}, {});

function problemsIn(value: unknown): string[] {
  try {
    resolve(value);
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('the actuator of a queue', () => {
  it('is our own hosts unless told', () => {
    expect(resolve({ queues: { emails: { processor: 'a.mjs' } } }).queues.get('emails')?.actuator).toBe('local');
  });

  it('scales a Deployment named after the queue unless told which', () => {
    const { queues } = resolve({
      queues: {
        emails: { actuator: 'kubernetes', minWorkers: 0, maxWorkers: 9 },
        video: {
          actuator: 'kubernetes',
          kubernetes: { name: 'encoder', namespace: 'media', resource: 'argoproj.io/v1alpha1/rollouts' },
        },
      },
    });
    expect(queues.get('emails')?.workload).toMatchObject({
      name: 'drover-worker-emails',
      group: 'apps',
      version: 'v1',
      plural: 'deployments',
    });
    expect(queues.get('video')?.workload).toEqual({
      name: 'encoder',
      namespace: 'media',
      group: 'argoproj.io',
      version: 'v1alpha1',
      plural: 'rollouts',
    });
  });

  it('keeps the smallest fleet of a queue whose processor is elsewhere', () => {
    const { queues } = resolve({ queues: { emails: { actuator: 'none', minWorkers: 2, maxWorkers: 9 } } });
    expect(queues.get('emails')).toMatchObject({ processor: null, minWorkers: 2, maxWorkers: 9 });
  });

  it.each([
    [{ queues: { a: { actuator: 'kubernets' } } }, /^queues\.a\.actuator: /],
    [{ queues: { a: { actuator: 'webhook' } } }, 'queues.a.actuator: is webhook, but actuators.webhook says nowhere'],
    [{ queues: { a: { actuator: 'kubernetes', kubernetes: { resource: 'deployments' } } } }, 'group/version/plural'],
    [{ queues: { a: { actuator: 'kubernetes', kubernetes: { name: 'A_b' } } } }, 'lower-case letters'],
    [{ actuators: { keda: { host: '0.0.0.0' } } }, 'actuators.keda: listens on 0.0.0.0 for everybody'],
    [{ host: '0.0.0.0', actuators: { keda: {} } }, 'actuators.keda: listens on 0.0.0.0 for everybody'],
  ])('is refused with the way out: %j', (value, problem) => {
    expect(problemsIn(value).join('\n')).toMatch(problem);
  });

  it('shows no secret when it is refused', () => {
    const problems = problemsIn({ actuators: { webhook: { url: 'ftp://x/top-secret', secret: 'hunter2' } } });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/top-secret|hunter2/);
  });

  it('lets KEDA in with a token, or with certificates, or from this machine', () => {
    expect(problemsIn({ actuators: { keda: {} } })).toEqual([]);
    expect(problemsIn({ actuators: { keda: { host: '0.0.0.0', token: 'a-token-of-sixteen' } } })).toEqual([]);
    const tls = { certFile: 'tls.crt', keyFile: 'tls.key', clientCaFile: 'ca.crt' };
    expect(problemsIn({ actuators: { keda: { host: '0.0.0.0', tls } } })).toEqual([]);
    expect(resolve({ actuators: { keda: { tls } } }).actuators.keda).toMatchObject({
      port: 4701,
      tls: { certFile: '/app/tls.crt', clientCaFile: '/app/ca.crt' },
    });
  });
});

describe("a queue's name in Kubernetes", () => {
  it('is the queue itself where that may be', () => {
    expect(workloadName('email-sending')).toBe('drover-worker-email-sending');
  });

  it('is of allowed letters, short, and another for each queue', () => {
    const queues = ['a:b', 'a-b', 'A-B', 'a b', 'почта', '-', 'x'.repeat(200), `${'x'.repeat(199)}y`];
    const names = queues.map(workloadName);
    expect(new Set(names).size).toBe(queues.length);
    for (const name of names) expect(name).toMatch(/^drover-worker-[a-z0-9]([a-z0-9-]{0,37}[a-z0-9])?$/);
  });
});
