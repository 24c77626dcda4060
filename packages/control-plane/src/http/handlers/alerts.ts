import type { Alert, alertsRoutes, LiveSnapshot } from '@drover/contract';
import type { AlertServices } from '../../notifiers/create-alerting.js';
import type { ThresholdEdit } from '../../use-cases/alerts/thresholds.js';
import { CachedBody, sendBody } from '../cached-body.js';
import { jsonReply } from '../error-reply.js';
import { currentFigures, queueOf } from './current-figures.js';
import type { MonitoringHandlerOptions } from './monitoring.js';
import type { HandlersOf, RouteContext } from './route-context.js';

type AlertsHandlerOptions = Pick<MonitoringHandlerOptions, 'feed' | 'nowMs'> & { readonly services: AlertServices };

const DEFAULT_PAGE = 50;
/** An entry of the audit log names no more of them; their number it has. */
const MOST_AUDITED = 50;

export function createAlertsHandlers({ feed, nowMs, services }: AlertsHandlerOptions): HandlersOf<typeof alertsRoutes> {
  const { alerts, thresholds, silences, notifiers } = services;
  const { served, ageHeaders } = currentFigures({ feed, nowMs });
  const unfiltered = rememberedBody((snapshot) => alerts.list(snapshot, {}));

  const versioned = (body: unknown, version: number): Response => jsonReply(body, 200, { ETag: `"${version}"` });

  const edited = (
    { noteChange }: RouteContext,
    target: string,
    { before, after, version }: ThresholdEdit,
  ): Response => {
    noteChange({ target, before: before.thresholds, after: after.thresholds });
    return versioned({ success: true, ...after }, version);
  };

  return {
    getActiveAlerts({ query }, { request }) {
      const current = served();
      const isFiltered = Object.values(query).some((value) => value !== undefined);
      const body = isFiltered
        ? new CachedBody(alerts.list(current.snapshot, query))
        : unfiltered(current.snapshot, alerts.revision);
      return sendBody(request, body, ageHeaders(current));
    },

    async acknowledgeAlert({ params }, { identity, noteChange }) {
      const { alert, fresh } = await alerts.acknowledge(params.alertId, identity.actor);
      if (fresh) noteChange({ target: `alert:${alert.id}`, before: { acknowledged: false }, after: alert });
      return jsonReply({ success: true, alert });
    },

    async acknowledgeAlerts({ body }, { identity, noteChange }) {
      const reply = await alerts.acknowledgeMany(body, identity.actor);
      const { total, acknowledged, failed } = reply;
      const ids = reply.alerts.slice(0, MOST_AUDITED).map(({ id }) => id);
      noteChange({ target: 'alerts', details: { filter: body.filter, ids, total, acknowledged, failed } });
      return jsonReply(reply);
    },

    async getAlertHistory({ query }) {
      const { limit = DEFAULT_PAGE, cursor, since, until, queueName, severity, kind } = query;
      const range = { sinceMs: since?.getTime(), untilMs: until?.getTime() };
      return jsonReply(await alerts.history({ limit, cursor, ...range, queueName, severity, kind }));
    },

    getAlertThresholds() {
      const { reply, version } = thresholds.read(null);
      return versioned(reply, version);
    },

    async updateAlertThresholds({ body }, context) {
      return edited(context, 'thresholds', await thresholds.update(null, body, context.expectedVersion));
    },

    getQueueAlertThresholds(_input, { match }) {
      const { reply, version } = thresholds.read(queueOf(served(), match).queueName);
      return versioned(reply, version);
    },

    async updateQueueAlertThresholds({ body }, context) {
      const { queueName } = queueOf(served(), context.match);
      const edit = await thresholds.update(queueName, body, context.expectedVersion);
      return edited(context, `queue:${queueName}`, edit);
    },

    getAlertSilences: () => jsonReply(silences.list(nowMs())),

    async createAlertSilence({ body }, { identity, noteChange }) {
      const { queueName = null, kind = null, from, until, why } = body;
      const wish = { queueName, kind, fromMs: from?.getTime() ?? null, untilMs: until.getTime(), why };
      const silence = await silences.create(wish, identity.actor, nowMs());
      noteChange({ target: `silence:${silence.id}`, after: silence });
      return jsonReply({ success: true, silence });
    },

    async deleteAlertSilence({ params }, { noteChange }) {
      const silence = await silences.remove(params.silenceId, nowMs());
      noteChange({ target: `silence:${silence.id}`, before: silence });
      return jsonReply({ success: true, silence });
    },

    getAlertNotifiers: async () => jsonReply(await notifiers.list()),

    async testAlertNotifier({ params }, { noteChange }) {
      const reply = await notifiers.test(params.notifierName);
      noteChange({ target: `notifier:${reply.notifier}`, details: { delivered: reply.delivered } });
      return jsonReply(reply);
    },
  };
}

/** The same bytes for every dashboard that polls, until a tick or an acknowledgement changes them. */
function rememberedBody(
  list: (snapshot: LiveSnapshot) => Alert[],
): (snapshot: LiveSnapshot, revision: number) => CachedBody {
  let held: { readonly snapshot: LiveSnapshot; readonly revision: number; readonly body: CachedBody } | null = null;
  return (snapshot, revision) => {
    if (held?.snapshot !== snapshot || held.revision !== revision) {
      held = { snapshot, revision, body: new CachedBody(list(snapshot)) };
    }
    return held.body;
  };
}
