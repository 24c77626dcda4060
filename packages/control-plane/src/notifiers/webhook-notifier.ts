import { createHmac } from 'node:crypto';
import { toWireAlert } from '../use-cases/alerts/wire-alert.js';
import { headlineOf, isAllClear } from './message-text.js';
import type { Delivery, Letterhead, Notifier, NotifierConfig } from './notifier.js';
import { postJson } from './post-json.js';

/**
 * Posts JSON, signed so that the receiver knows that it is from us, unchanged and fresh:
 * `Drover-Signature: t=<seconds since 1970>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` under
 * the shared secret. `Idempotency-Key` is the same at every attempt of one message.
 */
export function createWebhookNotifier(
  name: string,
  config: Extract<NotifierConfig, { type: 'webhook' }>,
  letterhead: Letterhead,
  nowMs: () => number,
): Notifier {
  return {
    name,
    kind: 'webhook',
    async send(delivery) {
      const body = JSON.stringify(payloadOf(delivery, name, letterhead));
      const seconds = Math.floor(nowMs() / 1_000);
      const signature = createHmac('sha256', config.secret).update(`${seconds}.${body}`).digest('hex');
      await postJson(config.url, body, {
        'Drover-Signature': `t=${seconds},v1=${signature}`,
        'Idempotency-Key': delivery.id,
      });
    },
  };
}

function payloadOf(delivery: Delivery, notifier: string, letterhead: Letterhead) {
  const { id, message, test } = delivery;
  return {
    version: 1,
    id,
    notifier,
    environment: letterhead.environment,
    ...(letterhead.dashboardUrl !== null && { dashboardUrl: letterhead.dashboardUrl }),
    createdAt: new Date(message.atMs).toISOString(),
    status: isAllClear(message) ? 'resolved' : 'firing',
    test,
    text: headlineOf(delivery, letterhead),
    counts: message.counts,
    omitted: message.omitted,
    alerts: message.notices.map(({ event, alert }) => ({ event, ...toWireAlert(alert) })),
  };
}
