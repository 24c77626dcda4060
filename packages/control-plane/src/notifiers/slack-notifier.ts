import { headlineOf, isAllClear, linesOf } from './message-text.js';
import type { Delivery, Letterhead, Notifier, NotifierConfig } from './notifier.js';
import { postJson } from './post-json.js';

const colours = { critical: '#c62828', warning: '#f9a825', clear: '#2e7d32' };
/** Slack cuts longer texts off; Mattermost and others are stricter with the whole. */
const MOST_TEXT = 7_000;

/** Posts what Slack's incoming webhooks take, and so do Mattermost, Rocket.Chat and Discord (`/slack`). */
export function createSlackNotifier(
  name: string,
  config: Extract<NotifierConfig, { type: 'slack' }>,
  letterhead: Letterhead,
): Notifier {
  return {
    name,
    kind: 'slack',
    async send(delivery) {
      await postJson(config.url, JSON.stringify(payloadOf(delivery, letterhead)), {});
    },
  };
}

function payloadOf(delivery: Delivery, letterhead: Letterhead) {
  const headline = escapeMarkup(headlineOf(delivery, letterhead));
  const { counts } = delivery.message;
  const firing = counts.critical > 0 ? colours.critical : colours.warning;
  const text = linesOf(delivery).map(escapeMarkup).join('\n').slice(0, MOST_TEXT);
  const link = letterhead.dashboardUrl === null ? '' : `\n<${letterhead.dashboardUrl}|Open Drover>`;
  return {
    text: headline,
    attachments: [
      { color: isAllClear(delivery.message) ? colours.clear : firing, fallback: headline, text: `${text}${link}` },
    ],
  };
}

/** A queue named `<!channel>` must not wake everybody. */
function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
