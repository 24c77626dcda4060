import type { AlertNotifier, AlertNotifierRoute } from '@drover/contract';
import { alertKindWords } from './alerts.js';
import { plural } from './format.js';

export interface NotifierState {
  readonly tone: 'fine' | 'failing' | 'unused';
  readonly words: string;
}

/** How a notifier does, by its latest message. */
export function notifierState({ failedAttempts, sending, lastSuccessAt, lastFailureAt }: AlertNotifier): NotifierState {
  if (failedAttempts > 0) return { tone: 'failing', words: `Failing, ${plural(failedAttempts, 'attempt')}` };
  if (lastFailureAt && (!lastSuccessAt || lastFailureAt > lastSuccessAt)) return { tone: 'failing', words: 'Failed' };
  if (sending) return { tone: 'fine', words: 'Sending' };
  return lastSuccessAt ? { tone: 'fine', words: 'Delivered' } : { tone: 'unused', words: 'Not used yet' };
}

/** What reaches a notifier, one line for each route that names it. Without a list of routes: from an older server. */
export function reachWords(routes: readonly AlertNotifierRoute[] | undefined): string[] {
  if (routes === undefined) return ['As the configuration says'];
  if (routes.length === 0) return ['Nothing: no route names it'];
  return [...new Set(routes.map(routeWords))];
}

function routeWords({ severity, queues, kinds, afterOthers }: AlertNotifierRoute): string {
  const what = kinds ? kinds.map((kind) => alertKindWords[kind]).join(', ') : 'Alerts';
  const which = severity ? `${severity === 'critical' ? 'Critical' : 'Warning'}: ${what.toLowerCase()}` : what;
  const where = queues ? ` of ${queues.join(', ')}` : ' of every queue';
  return `${which}${where}${afterOthers ? ' that no earlier route took' : ''}`;
}
