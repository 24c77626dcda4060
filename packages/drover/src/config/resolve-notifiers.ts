import type { NotifierConfig } from '@drover/control-plane';
import { type AlertRoute, defaultMessageTiming, type MessageTiming } from '@drover/core';
import type { z } from 'zod';
import type { ConfigProblem } from './problems.js';
import type { configSchema } from './schema.js';

export interface Notifications extends MessageTiming {
  readonly routes: readonly AlertRoute[];
  readonly dashboardUrl: string | null;
}

type File = Pick<z.output<typeof configSchema>, 'notifiers' | 'notifications'>;

export function resolveNotifiers(notifiers: NonNullable<File['notifiers']>): ReadonlyMap<string, NotifierConfig> {
  return new Map(
    Object.entries(notifiers).map(([name, notifier]): [string, NotifierConfig] => {
      if (notifier.type !== 'mail') return [name, notifier];
      return [name, { ...notifier, to: [notifier.to].flat() }];
    }),
  );
}

export function resolveNotifications({ notifiers = {}, notifications = {} }: File): Notifications {
  const { groupWaitMs, groupIntervalMs, repeatAfterMs } = defaultMessageTiming;
  return {
    groupWaitMs: notifications.groupWaitMs ?? groupWaitMs,
    groupIntervalMs: notifications.groupIntervalMs ?? groupIntervalMs,
    repeatAfterMs: notifications.repeatAfterMs ?? repeatAfterMs,
    dashboardUrl: notifications.dashboardUrl ?? null,
    routes: notifications.routes ?? [{ notifiers: Object.keys(notifiers) }],
  };
}

/** A route to nobody that exists would keep silent about what it was written for. */
export function unknownNotifiers({ notifiers = {}, notifications = {} }: File): ConfigProblem[] {
  return (notifications.routes ?? []).flatMap((route, index) =>
    route.notifiers
      .filter((name) => notifiers[name] === undefined)
      .map((name) => ({
        path: `notifications.routes[${index}].notifiers`,
        message: `there is no notifier named ${JSON.stringify(name)}`,
      })),
  );
}
