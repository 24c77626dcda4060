import { createMailNotifier } from './mail-notifier.js';
import type { Letterhead, Notifier, NotifierConfig } from './notifier.js';
import { createSlackNotifier } from './slack-notifier.js';
import { createWebhookNotifier } from './webhook-notifier.js';

/** Of the configuration, by name. */
export function createNotifiers(
  configs: ReadonlyMap<string, NotifierConfig>,
  letterhead: Letterhead,
  nowMs: () => number,
): readonly Notifier[] {
  return [...configs].map(([name, config]) => createNotifier(name, config, letterhead, nowMs));
}

function createNotifier(name: string, config: NotifierConfig, letterhead: Letterhead, nowMs: () => number): Notifier {
  switch (config.type) {
    case 'webhook':
      return createWebhookNotifier(name, config, letterhead, nowMs);
    case 'slack':
      return createSlackNotifier(name, config, letterhead);
    case 'mail':
      return createMailNotifier(name, config, letterhead);
  }
}
