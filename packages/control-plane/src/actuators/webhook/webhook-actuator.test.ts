import { createHmac } from 'node:crypto';
import type { ScaleOrder } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpReceiver, startHttpReceiver } from '../../notifiers/testing/http-receiver.js';
import { createWebhookActuator } from './webhook-actuator.js';

const secret = 'a-secret-of-sixteen';
let receiver: HttpReceiver;
let nowMs: number;

beforeEach(async () => {
  nowMs = 0;
  receiver = await startHttpReceiver();
});
afterEach(() => receiver.close());

const order: ScaleOrder = { workers: 12, currentWorkers: 4, decisionId: '7-3', epoch: 7, reason: 'Jobs wait.' };

function actuator() {
  return createWebhookActuator({
    ...{ url: `${receiver.url}/scale`, secret, queues: new Set(['images']) },
    ...{ nowMs: () => 1_700_000_000_999, monotonicMs: () => nowMs },
  });
}

describe('the order', () => {
  it('says what to do and why, with the key of its decision', async () => {
    await actuator().scale('images', order);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
      version: 1,
      queue: 'images',
      targetWorkers: 12,
      currentWorkers: 4,
      reason: 'Jobs wait.',
      decisionId: '7-3',
      epoch: 7,
    });
    expect(receiver.received[0]?.headers).toMatchObject({
      'idempotency-key': '7-3',
      'content-type': expect.stringContaining('json'),
    });
  });

  it('is signed as alerts are, over its time and its body', async () => {
    await actuator().scale('images', order);
    const [post] = receiver.received;
    const expected = createHmac('sha256', secret).update(`1700000000.${post?.body}`).digest('hex');
    expect(post?.headers['drover-signature']).toBe(`t=1700000000,v1=${expected}`);
  });

  it('goes to the configured address and to no other', async () => {
    receiver.answer = (response) => response.writeHead(302, { Location: '/elsewhere' }).end();
    expect(await actuator().scale('images', order)).toMatchObject({
      kind: 'refused',
      trouble: { code: 'rejected', message: expect.stringContaining('redirect') },
    });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/scale']);
  });
});

describe('the answer', () => {
  it.each([
    ['nothing', '', { desired: 12, ready: null }],
    ['no JSON', 'ok', { desired: 12, ready: null }],
    ['its workers', '{"currentWorkers":12,"readyWorkers":9}', { desired: 12, ready: 9 }],
    ['only how many there are', '{"currentWorkers":5}', { desired: 12, ready: 5 }],
    ['nonsense', '{"currentWorkers":-1,"readyWorkers":"many"}', { desired: 12, ready: null }],
    ['null', 'null', { desired: 12, ready: null }],
    ['endless words', 'x'.repeat(100_000), { desired: 12, ready: null }],
  ])('that says %s', async (_, body, seen) => {
    receiver.answer = (response) => response.end(body);
    const webhook = actuator();
    expect(await webhook.scale('images', order)).toEqual({ kind: 'applied', workers: 12 });
    expect(await webhook.observe('images')).toMatchObject(seen);
  });

  it('is believed for a minute, or for ten seconds while workers are on their way', async () => {
    const webhook = actuator();
    receiver.answer = (response) => response.end('{"readyWorkers":9}');
    await webhook.scale('images', order);
    nowMs = 9_999;
    expect(await webhook.observe('images')).toMatchObject({ desired: 12 });
    nowMs = 10_000;
    expect(await webhook.observe('images')).toMatchObject({ desired: null });
    receiver.answer = (response) => response.end('{"readyWorkers":12}');
    await webhook.scale('images', order);
    nowMs = 69_999;
    expect(await webhook.observe('images')).toMatchObject({ desired: 12, ready: 12 });
    nowMs = 70_000;
    expect(await webhook.observe('images')).toMatchObject({ desired: null });
  });
});
