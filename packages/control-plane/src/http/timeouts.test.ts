import type { TimeoutConfiguration, UpdateTimeoutResponse } from '@drover/contract';
import { timeoutBasisKey, timeoutsKey } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
  server.reads.publish(
    liveSnapshot({ queues: ['email-sending', 'a/b', 'ü', '__proto__'].map((name) => queueHealth(name)) }),
  );
});
afterEach(() => server.close());

async function read(): Promise<{ config: TimeoutConfiguration; etag: string | null }> {
  const response = await fetch(`${server.api}/timeouts`, { headers: server.bearer() });
  expect(response.status).toBe(200);
  return { config: (await response.json()) as TimeoutConfiguration, etag: response.headers.get('etag') };
}

async function patch(body: unknown, queueName = 'email-sending', headers: Record<string, string> = {}) {
  const response = await fetch(`${server.api}/timeouts/${encodeURIComponent(queueName)}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', ...server.bearer(), ...headers },
    body: JSON.stringify(body),
  });
  const reply = (await response.json()) as UpdateTimeoutResponse & { details?: { fields: { path: string }[] } };
  return { status: response.status, etag: response.headers.get('etag'), ...reply };
}

describe('timeouts over HTTP', () => {
  it('are the guide’s for every queue, and off until somebody sets one', async () => {
    const { config, etag } = await read();
    expect(Object.keys(config).sort()).toEqual(['__proto__', 'a/b', 'email-sending', 'ü']);
    expect(config['email-sending']).toMatchObject({
      timeout: 300_000,
      adaptiveEnabled: false,
      softTimeoutPercentage: 80,
      enabled: false,
    });
    expect(etag).toBe('"0"');
  });

  it('are set as the guide does it, are in force, and are written down with what was before', async () => {
    const reply = await patch({ timeout: 45_000, adaptiveEnabled: true });
    expect(reply).toMatchObject({
      status: 200,
      etag: '"1"',
      success: true,
      config: {
        queueName: 'email-sending',
        timeout: 45_000,
        adaptiveEnabled: true,
        softTimeoutPercentage: 80,
        enabled: true,
        floor: 4_500,
        ceiling: 135_000,
      },
    });
    expect(server.settings.documents.get(timeoutsKey)?.value).toEqual({
      queues: { 'email-sending': { timeoutMs: 45_000, adaptiveEnabled: true } },
    });
    expect((await read()).config['email-sending']?.timeout).toBe(45_000);
    await server.trail.flush();
    expect(server.audit.entries.at(-1)).toMatchObject({
      target: 'queue:email-sending',
      result: 'done',
      details: { before: { timeout: 300_000, enabled: false }, after: { timeout: 45_000, enabled: true } },
    });
  });

  it.each(['a/b', 'ü', '__proto__'])('are set for a queue named %s', async (name) => {
    expect((await patch({ timeout: 7_000 }, name)).config).toMatchObject({ queueName: name, timeout: 7_000 });
    expect((await read()).config[name]?.timeout).toBe(7_000);
    expect((await read()).config['email-sending']?.timeout).toBe(300_000);
  });

  it('change field by field, and go back to the configuration by null', async () => {
    await patch({ timeout: 45_000 });
    await patch({ shadow: true, floor: 10_000 });
    expect((await read()).config['email-sending']).toMatchObject({ timeout: 45_000, shadow: true, floor: 10_000 });
    await patch({ floor: null, shadow: null });
    expect((await read()).config['email-sending']).toMatchObject({ timeout: 45_000, shadow: false, floor: 4_500 });
    await patch({ timeout: null });
    expect((await read()).config['email-sending']).toMatchObject({ timeout: 300_000, enabled: false });
    expect(server.settings.documents.get(timeoutsKey)?.value).toEqual({ queues: {} });
  });

  it('are switched off explicitly, and on again by a new time', async () => {
    await patch({ timeout: 45_000 });
    expect((await patch({ enabled: false })).config).toMatchObject({ enabled: false, timeout: 45_000 });
    expect((await patch({ softTimeoutPercentage: 50 })).config.enabled).toBe(false);
    expect((await patch({ timeout: 30_000 })).config).toMatchObject({ enabled: true, timeout: 30_000 });
  });

  it.each([
    { timeout: 0 },
    { timeout: -1 },
    { timeout: 1.5 },
    { timeout: 700_000_000 },
    { timeout: '5000' },
    { adaptiveEnabled: 'yes' },
    { softTimeoutPercentage: 0 },
    { softTimeoutPercentage: 101 },
    { percentile: 10 },
    { factor: 0.5 },
    { minSamples: 0 },
    { floor: 0 },
    { unknown: 1 },
  ])('refuse %j, and name the field', async (body) => {
    const reply = await patch(body);
    expect(reply.status).toBe(400);
    expect(reply.details?.fields[0]?.path).toBe(Object.keys(body)[0]);
  });

  it.each([
    [{ timeout: 5_000, floor: 6_000 }, 'floor'],
    [{ timeout: 5_000, ceiling: 4_000 }, 'ceiling'],
  ])('refuse bounds that contradict the timeout: %j', async (body, field) => {
    const reply = await patch(body);
    expect(reply).toMatchObject({ status: 400, details: { fields: [{ in: 'body', path: field }] } });
    expect(server.settings.documents.has(timeoutsKey)).toBe(false);
  });

  it('refuse a contradiction to what is stored already', async () => {
    await patch({ timeout: 50_000, floor: 40_000 });
    expect(await patch({ timeout: 30_000 })).toMatchObject({ status: 400, details: { fields: [{ path: 'floor' }] } });
  });

  it('of a queue that nobody knows are not found', async () => {
    expect((await patch({ timeout: 5_000 }, 'nobody')).status).toBe(404);
  });

  it('give one winner and one 409 to two who edit the same version', async () => {
    const { etag } = await read();
    const headers = { 'If-Match': etag ?? '' };
    const replies = await Promise.all([1_000, 2_000].map((timeout) => patch({ timeout }, 'email-sending', headers)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('lose no field to a writer without a version', async () => {
    await Promise.all([patch({ timeout: 9_000 }), patch({ shadow: true }), patch({ timeout: 8_000 }, 'a/b')]);
    const { config } = await read();
    expect(config['email-sending']).toMatchObject({ timeout: 9_000, shadow: true });
    expect(config['a/b']?.timeout).toBe(8_000);
  });

  it('show the adaptive deadlines that the leader published, as workers go by them', async () => {
    await patch({ timeout: 10_000, adaptiveEnabled: true });
    await server.cache.put(timeoutBasisKey, {
      config: { queues: {} },
      adapted: { 'email-sending': { newsletter: 14_000, receipt: 1, digest: 99_000 } },
    });
    expect((await read()).config['email-sending']?.effective).toEqual({
      newsletter: 14_000,
      receipt: 1_000,
      digest: 30_000,
    });
    await patch({ adaptiveEnabled: false });
    expect((await read()).config['email-sending']?.effective).toBeUndefined();
  });
});

describe('timeouts of all queues', () => {
  const ofAll = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.api}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...server.bearer(), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const reply = (await response.json()) as Record<string, unknown>;
    return { status: response.status, etag: response.headers.get('etag'), reply };
  };

  it('are changed field by field, hold where a queue says nothing of its own, and go back with null', async () => {
    await patch({ timeout: 45_000 });
    expect(await ofAll('PATCH', '/timeouts', { timeout: 10_000, shadow: true })).toMatchObject({
      status: 200,
      etag: '"2"',
      reply: { success: true, config: { timeout: 10_000, shadow: true, enabled: true, ceiling: 30_000 } },
    });
    expect((await read()).config).toMatchObject({
      'email-sending': { timeout: 45_000, shadow: true },
      'a/b': { timeout: 10_000, shadow: true, enabled: true },
    });
    expect((await ofAll('GET', '/timeouts/default')).reply).toMatchObject({ timeout: 10_000, shadow: true });
    await ofAll('PATCH', '/timeouts', { timeout: null, shadow: null });
    expect((await ofAll('GET', '/timeouts/default')).reply).toMatchObject({ timeout: 300_000, enabled: false });
    expect((await read()).config['email-sending']).toMatchObject({ timeout: 45_000, shadow: false });
    const entries = server.audit.entries.filter(({ action }) => action === 'timeout.update');
    expect(entries.map(({ target }) => target).sort()).toEqual(['queue:email-sending', 'timeouts', 'timeouts']);
  });

  it('are refused where they contradict bounds that a queue has of its own, and then change nothing', async () => {
    await patch({ floor: 20_000 });
    const refused = await ofAll('PATCH', '/timeouts', { timeout: 10_000 });
    expect(refused).toMatchObject({
      status: 400,
      reply: {
        error: 'floor of the queue "email-sending" is above the timeout of 10000 ms.',
        details: { fields: [{ path: 'timeout' }] },
      },
    });
    expect((await ofAll('GET', '/timeouts/default')).reply).toMatchObject({ timeout: 300_000 });
  });

  it('lose nothing to a change of one queue, and refuse a version that has passed', async () => {
    await ofAll('PATCH', '/timeouts', { timeout: 10_000 });
    await patch({ shadow: true });
    expect((await ofAll('GET', '/timeouts/default')).reply).toMatchObject({ timeout: 10_000 });
    expect(await ofAll('PATCH', '/timeouts', { timeout: 5_000 }, { 'If-Match': '"1"' })).toMatchObject({ status: 409 });
  });
});
