import { describe, expect, it } from 'vitest';
import { routeSchemas } from './route-schemas.js';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('inputs', () => {
  it('read numbers, flags and instants from a query string', () => {
    expect(
      routeSchemas.getQueueMetrics.query.parse({
        history: 'true',
        historyLimit: '60',
        since: '2026-01-01T01:00:00+01:00',
      }),
    ).toEqual({ history: true, historyLimit: 60, since: new Date('2026-01-01T00:00:00Z') });
  });

  it.each([
    { historyLimit: '0' },
    { historyLimit: '5001' },
    { historyLimit: '-1' },
    { historyLimit: '1e3' },
    { history: 'yes' },
    { since: 'yesterday' },
    { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' },
  ])('refuse the metrics query %j', (query) => {
    expect(accepts(routeSchemas.getQueueMetrics.query, query)).toBe(false);
  });

  it('let null take a threshold away and refuse unknown fields in a PATCH', () => {
    const { body } = routeSchemas.updateScalingPolicy;
    expect(accepts(body, { scaleUpThreshold: { queueDepth: null } })).toBe(true);
    expect(accepts(body, { minWorker: 1 })).toBe(false);
    expect(accepts(body, { scaleUpThreshold: { depth: 1 } })).toBe(false);
    expect(accepts(body, { minWorkers: 3, maxWorkers: 2 })).toBe(false);
  });

  it('refuse a timeout of 0', () => {
    expect(accepts(routeSchemas.updateTimeout.body, { timeout: 0 })).toBe(false);
    expect(accepts(routeSchemas.updateTimeout.body, { timeout: 1 })).toBe(true);
  });

  it('bound clean and retry-failed at 10,000 jobs', () => {
    expect(accepts(routeSchemas.cleanQueue.body, { status: 'failed', limit: 10_001 })).toBe(false);
    expect(accepts(routeSchemas.cleanQueue.body, { status: 'failed' })).toBe(true);
    expect(accepts(routeSchemas.retryFailedJobs.query, { limit: '10001' })).toBe(false);
  });

  it('take an empty body where the guide sends none', () => {
    for (const body of [undefined, null, {}]) expect(accepts(routeSchemas.pauseQueue.body, body)).toBe(true);
    expect(accepts(routeSchemas.pauseQueue.body, { status: 'paused' })).toBe(false);
  });

  it('refuse names with control characters', () => {
    expect(accepts(routeSchemas.getQueueMetrics.params, { queueName: 'a\r\nSet-Cookie: x' })).toBe(false);
    expect(accepts(routeSchemas.getQueueMetrics.params, { queueName: 'größe/1 %' })).toBe(true);
  });
});
