import { createHmac } from 'node:crypto';
import type { AlertMessage, FiringAlert, Notice } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNotifiers } from './create-notifiers.js';
import type { Delivery, Notifier } from './notifier.js';
import { postJson } from './post-json.js';
import { type HttpReceiver, startHttpReceiver } from './testing/http-receiver.js';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const secret = 'a secret of the two of us';

let receiver: HttpReceiver;
beforeEach(async () => {
  receiver = await startHttpReceiver();
});
afterEach(() => receiver.close());

function notice(queueName: string, event: Notice['event'] = 'fired'): Notice {
  const alert: FiringAlert = {
    id: `id-${queueName}`,
    queueName,
    kind: 'no_workers',
    severity: 'critical',
    worst: 'critical',
    message: 'No worker is running and 12 jobs need one',
    value: 12,
    threshold: 1,
    firedAtMs: NOW - 90_000,
    changedAtMs: NOW - 90_000,
    acknowledged: null,
    silenceId: null,
    stamps: { warning: null, critical: 1, latest: 1 },
    events: [{ atMs: NOW - 90_000, what: 'fired', severity: 'critical' }],
  };
  return { event, alert };
}

function delivery(notices: readonly Notice[], omitted = 0): Delivery {
  const count = (event: Notice['event']) => notices.filter((one) => one.event === event).length;
  const message: AlertMessage = {
    atMs: NOW,
    notices,
    omitted,
    counts: {
      fired: count('fired') + omitted,
      raised: count('raised'),
      resolved: count('resolved'),
      firing: count('firing'),
      critical: notices.length + omitted - count('resolved'),
    },
  };
  return { id: 'message-1', message, repeat: false, test: false };
}

function notifierOf(
  config: Parameters<typeof createNotifiers>[0] extends ReadonlyMap<string, infer C> ? C : never,
): Notifier {
  const letterhead = { environment: 'production', dashboardUrl: 'https://drover.example' };
  const [notifier] = createNotifiers(new Map([['ops', config]]), letterhead, () => NOW);
  if (!notifier) throw new Error('one was configured');
  return notifier;
}

describe('a webhook', () => {
  const webhook = () => notifierOf({ type: 'webhook', url: `${receiver.url}/hook`, secret });

  it('gets the message as JSON, signed with its time, under the id of the message', async () => {
    await webhook().send(delivery([notice('email')]));
    const [post] = receiver.received;
    const signature = createHmac('sha256', secret)
      .update(`${NOW / 1_000}.${post?.body}`)
      .digest('hex');
    expect(post?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'drover-signature': `t=${NOW / 1_000},v1=${signature}`,
      'idempotency-key': 'message-1',
    });
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      version: 1,
      id: 'message-1',
      notifier: 'ops',
      environment: 'production',
      dashboardUrl: 'https://drover.example',
      status: 'firing',
      test: false,
      repeat: false,
      text: '[production] 1 new alert (1 critical): email',
      counts: { fired: 1, critical: 1 },
      alerts: [{ event: 'fired', id: 'id-email', type: 'queue_depth', kind: 'no_workers', severity: 'critical' }],
    });
  });

  it('says when all is well again', async () => {
    await webhook().send(delivery([notice('email', 'resolved')]));
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ status: 'resolved' });
  });

  it.each<[string, number, Record<string, string>, string, number | null]>([
    ['fails', 500, {}, 'It answered 500.', null],
    ['asks for patience', 429, { 'Retry-After': '30' }, 'It answered 429.', 30_000],
    ['asks for a day of it', 503, { 'Retry-After': '86400' }, 'It answered 503.', 3_600_000],
  ])('that %s is to be tried again', async (_, status, headers, message, retryAfterMs) => {
    receiver.answer = (response) => response.writeHead(status, headers).end('a secret in the reply');
    await expect(webhook().send(delivery([notice('email')]))).rejects.toMatchObject({ message, retryAfterMs });
  });

  it('that redirects is not followed anywhere', async () => {
    receiver.answer = (response) => response.writeHead(307, { Location: `${receiver.url}/private` }).end();
    await expect(webhook().send(delivery([notice('email')]))).rejects.toThrow(/redirect \(307\)/);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('that cannot be reached is told of without its address', async () => {
    const gone = notifierOf({ type: 'webhook', url: 'http://127.0.0.1:1/very-secret', secret });
    await expect(gone.send(delivery([notice('email')]))).rejects.toMatchObject({
      name: 'DeliveryFailed',
      message: expect.not.stringContaining('127.0.0.1'),
    });
  });

  it('that never answers is given up at the deadline', async () => {
    receiver.answer = () => undefined;
    await expect(postJson(receiver.url, '{}', {}, 50)).rejects.toThrow('It did not answer within 0.05 s.');
  });

  it('that answers without end is read no further than it takes', async () => {
    let closed = false;
    receiver.answer = (response) => {
      response.on('close', () => {
        closed = true;
      });
      const pour = (): void => {
        if (response.destroyed) return;
        while (response.write('x'.repeat(65_536)));
        response.once('drain', pour);
      };
      pour();
    };
    await webhook().send(delivery([notice('email')]));
    await expect.poll(() => closed).toBe(true);
  });
});

describe('a chat', () => {
  const slack = () => notifierOf({ type: 'slack', url: `${receiver.url}/services/T0/B0/key` });
  const posted = () =>
    JSON.parse(receiver.received[0]?.body ?? '') as { text: string; attachments: { text: string }[] };

  it('gets a headline, a line per alert and the way to look closer', async () => {
    await slack().send(delivery([notice('email'), notice('video', 'resolved')]));
    expect(posted()).toMatchObject({
      text: '[production] 1 new alert, 1 resolved (1 critical): email, video',
      attachments: [
        {
          color: '#c62828',
          text: [
            'CRITICAL email: No worker is running and 12 jobs need one',
            'RESOLVED video: No worker is running and 12 jobs need one (after 1 min 30 s)',
            '<https://drover.example|Open Drover>',
          ].join('\n'),
        },
      ],
    });
  });

  it('gets a storm as one message with its count', async () => {
    await slack().send(
      delivery(
        Array.from({ length: 50 }, (_, at) => notice(`q${at}`)),
        250,
      ),
    );
    expect(posted().text).toBe('[production] 300 new alerts (300 critical): q0, q1, q2 …');
    expect(posted().attachments[0]?.text).toContain('… and 250 more');
  });

  it('is not woken by the name of a queue', async () => {
    await slack().send(delivery([notice('<!channel> & co')]));
    expect(receiver.received[0]?.body).not.toContain('<!channel>');
    expect(posted().text).toContain('&lt;!channel&gt; &amp; co');
  });
});
