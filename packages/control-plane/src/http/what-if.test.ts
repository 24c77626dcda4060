import { QueueSystemApiClient } from '@drover/client';
import type { SimulateScalingRequest } from '@drover/contract';
import { COARSE_BITS, emptyPoint, Histogram, type MetricPoint } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.js';

const minute = 60_000;
let server: TestServer;
let client: QueueSystemApiClient;

beforeEach(async () => {
  server = await startTestServer();
  client = new QueueSystemApiClient({ baseUrl: server.api, headers: server.bearer() });
});
afterEach(() => server.close());

const simulate = (body: SimulateScalingRequest) => client.simulateScaling({ body });

/** Two jobs a second of a second each for three hours, run by four workers; ten minutes of it are not known. */
function record(minutes = 180): void {
  const untilMs = Math.floor(server.clock.ms / minute) * minute;
  const points = Array.from({ length: minutes }, (_, index): MetricPoint => {
    const processing = new Histogram(COARSE_BITS);
    for (let job = 0; job < 120; job++) processing.record(1_000);
    const known = { arrived: 120, finished: 120, workers: 4, waiting: 1, oldestWaitingMs: 300, processing };
    const isKnown = index < 60 || index >= 70;
    return { ...emptyPoint(untilMs - (minutes - index) * minute), ...(isKnown && known) };
  });
  server.engine.points.set(`email-sending/${minute}`, points);
}

describe('what-if', () => {
  it('replays what was recorded under the draft and under the present policy, beside what happened', async () => {
    record();
    const since = new Date(server.clock.ms - 180 * minute);
    const reply = await simulate({
      queueName: 'email-sending',
      since,
      policy: { minWorkers: 1, maxWorkers: 8, objective: { waitMs: 5_000 } },
      pricePerWorkerHour: 0.5,
    });
    expect(reply.assumed).toMatchObject({ arrivals: 'recorded', stepMs: minute, slotsPerWorker: 1 });
    expect(reply.assumed.jobs).toBeCloseTo(170 * 120, -3);
    expect(reply.assumed.unknownPercent).toBeCloseTo((100 * 10) / 180, 0);
    expect(reply.assumed.serviceMs).toBeCloseTo(1_000, 0);
    expect(reply.draft?.objectiveMs).toBe(5_000);
    expect(reply.draft?.overObjectivePercent).toBeLessThan(2);
    // Two jobs a second of a second each keep two workers busy.
    expect(reply.draft?.workerHours).toBeGreaterThan(2 * 2.8);
    expect(reply.draft?.workerHours).toBeLessThan(4 * 3);
    expect(reply.draft?.cost).toBeCloseTo((reply.draft?.workerHours ?? 0) / 2);
    expect(reply.present?.objectiveMs).toBe(30_000);
    expect(reply.actual).toMatchObject({ longestWaitMs: 300 });
    expect(reply.actual?.workerHours).toBeCloseTo((170 * 4) / 60, 0);
    expect(reply.series.draft?.workers.length).toBe(reply.series.actual?.workers.length);
    expect(reply.series.actual?.workers).toContain(null);
    expect(reply.since).toBeInstanceOf(Date);
  });

  it('replays a trace that belongs to no queue', async () => {
    const { draft, present, actual, assumed, series } = await simulate({
      trace: {
        stepMs: 10_000,
        arrivals: Array.from({ length: 720 }, (_, step) => (step > 300 && step < 330 ? 90 : 5)),
      },
      service: { meanMs: 2_000, cv: 1 },
      policy: { minWorkers: 1, maxWorkers: 40 },
      startUpMs: 2_000,
    });
    expect({ present, actual }).toEqual({ present: undefined, actual: undefined });
    expect(assumed).toMatchObject({ arrivals: 'posted', jobs: 691 * 5 + 29 * 90, startUpMs: 2_000 });
    expect(draft?.actions).toBeGreaterThan(1);
    expect(Math.max(...(series.draft?.workers ?? []))).toBeGreaterThan(8);
    expect(series.stepMs).toBe(30_000);
  });

  it('changes nothing, and is no entry of the audit log', async () => {
    record();
    const before = await client.getScalingPolicies();
    await simulate({ queueName: 'email-sending', policy: { maxWorkers: 9 } });
    expect(await client.getScalingPolicies()).toEqual(before);
    await server.trail.caughtUp();
    expect(server.audit.entries).toEqual([]);
  });

  it.each([
    ['neither a queue nor a trace', {}, 'queueName'],
    ['a trace of no queue without run times', { trace: { stepMs: 1_000, arrivals: [1, 1] }, policy: {} }, 'service'],
    [
      'a draft that contradicts itself',
      { queueName: 'email-sending', policy: { minWorkers: 50 } },
      'policy.minWorkers',
    ],
    ['a time in which nothing ran', { queueName: 'email-sending' }, 'service'],
    ['more than a week', { queueName: 'email-sending', since: '2020-01-01T00:00:00Z' }, 'since'],
    ['an end before the start', { queueName: 'email-sending', since: '2030-01-01T00:00:00Z' }, 'since'],
  ])('refuses %s, naming the field', async (_, body, path) => {
    const response = await fetch(`${server.api}/scaling/simulate`, {
      method: 'POST',
      headers: { ...server.bearer(), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    const { details } = (await response.json()) as { details: { fields: { path: string }[] } };
    expect(details.fields.map((field) => field.path)).toContain(path);
  });

  it('refuses more jobs than one call may replay, and a queue that is not there', async () => {
    const trace = { stepMs: 1_000, arrivals: [900_000, 900_000] };
    const big = simulate({ queueName: 'email-sending', trace, service: { meanMs: 1 } });
    await expect(big).rejects.toMatchObject({ status: 413, details: { jobs: 1_800_000 } });
    await expect(simulate({ queueName: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });
});
