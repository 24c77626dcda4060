import type { LiveSnapshot } from '@drover/contract';
import type { AlertRoute, Clock, MessageTiming, RecordStore, Thresholds } from '@drover/core';
import type { Logger } from 'pino';
import { AlertWatch } from '../use-cases/alerts/alert-watch.js';
import { AlertsService } from '../use-cases/alerts/alerts-service.js';
import { Silences } from '../use-cases/alerts/silences.js';
import { ThresholdSettings, type ThresholdSettingsOptions } from '../use-cases/alerts/thresholds.js';
import type { LiveTopics } from '../use-cases/live-topics.js';
import type { SettingsCache } from '../use-cases/settings-cache.js';
import { createNotifiers } from './create-notifiers.js';
import { NotificationDuty } from './notification-duty.js';
import type { Letterhead, NotifierConfig } from './notifier.js';
import { NotifierService } from './notifier-service.js';

/** What the configuration says of alerts. */
export interface AlertingConfig {
  readonly thresholds: Pick<ThresholdSettingsOptions, 'configured' | 'configuredFor'>;
  readonly notifiers: ReadonlyMap<string, NotifierConfig>;
  readonly routes: readonly AlertRoute[];
  readonly timing: MessageTiming;
  readonly letterhead: Letterhead;
}

export interface AlertingOptions {
  readonly records: RecordStore;
  readonly settings: SettingsCache;
  readonly topics: LiveTopics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tickMs: number;
  readonly config: AlertingConfig;
}

export interface AlertServices {
  readonly alerts: AlertsService;
  readonly thresholds: ThresholdSettings;
  readonly silences: Silences;
  readonly notifiers: NotifierService;
}

export interface Alerting {
  readonly thresholdsFor: (queueName: string) => Thresholds;
  /** The monitor's part: follows alerts at each tick. */
  readonly watch: AlertWatch;
  /** After each tick: tells notifiers. */
  readonly duty: NotificationDuty;
  /** The API's part. `snapshot` answers what is served now, `null` before the first. */
  services(snapshot: () => LiveSnapshot | null): AlertServices;
  /** Lets messages under way arrive; ends before the lease is given up. */
  stop(): Promise<void>;
}

/** Everything about alerts, from thresholds to notifiers, put together over an engine's records and settings. */
export function createAlerting({ records, settings, topics, clock, log, tickMs, config }: AlertingOptions): Alerting {
  const { routes, timing } = config;
  const thresholds = new ThresholdSettings({ settings, ...config.thresholds });
  const silences = new Silences(settings);
  const notifiers = createNotifiers(config.notifiers, config.letterhead, clock.nowMs);
  const watch = new AlertWatch({
    records,
    silences: (nowMs) => silences.current(nowMs),
    topics,
    log,
    tickMs,
    notifiers: notifiers.map(({ name }) => name),
  });
  const duty = new NotificationDuty({ records, alerts: watch, notifiers, routes, timing, nowMs: clock.nowMs, log });
  return {
    thresholdsFor: (queueName) => thresholds.for(queueName),
    watch,
    duty,
    services: (snapshot) => ({
      alerts: new AlertsService({ records, snapshot, topics, nowMs: clock.nowMs }),
      thresholds,
      silences,
      notifiers: new NotifierService({ records, notifiers, routes, clock }),
    }),
    stop: () => duty.stop(),
  };
}
