import { toWireAlert } from '../use-cases/alerts/wire-alert.js';
import { headlineOf, isAllClear } from './message-text.js';
import type { Delivery, Letterhead, Notifier, NotifierConfig } from './notifier.js';
import { postJson } from './post-json.js';
import { signedHeaders } from './signed-headers.js';

/** Posts signed JSON. */
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
      await postJson(config.url, body, signedHeaders(config.secret, delivery.id, body, nowMs()));
    },
  };
}

function payloadOf(delivery: Delivery, notifier: string, letterhead: Letterhead) {
  const { id, message, repeat, test } = delivery;
  return {
    version: 1,
    id,
    notifier,
    environment: letterhead.environment,
    ...(letterhead.dashboardUrl !== null && { dashboardUrl: letterhead.dashboardUrl }),
    createdAt: new Date(message.atMs).toISOString(),
    status: isAllClear(message) ? 'resolved' : 'firing',
    test,
    repeat,
    text: headlineOf(delivery, letterhead),
    counts: message.counts,
    omitted: message.omitted,
    alerts: message.notices.map(({ event, alert }) => ({ event, ...toWireAlert(alert) })),
  };
}
