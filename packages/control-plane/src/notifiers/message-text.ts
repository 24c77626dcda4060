import type { AlertMessage, Notice } from '@drover/core';
import { countInWords, durationInWords } from '@drover/core';
import type { Delivery, Letterhead } from './notifier.js';

const NAMED_QUEUES = 3;

/** The message in one line: how bad, how much, where. One that may be there already says so. */
export function headlineOf({ message, repeat, test }: Delivery, { environment }: Letterhead): string {
  if (test) return `[${environment}] Test of this notifier by Drover`;
  const again = repeat ? ' (sent again: no answer came before)' : '';
  const { counts } = message;
  const fresh = counts.fired + counts.raised;
  const parts = [
    ...(fresh > 0 ? [`${countInWords(fresh)} new ${fresh === 1 ? 'alert' : 'alerts'}`] : []),
    ...(counts.firing > 0 ? [`${countInWords(counts.firing)} still firing`] : []),
    ...(counts.resolved > 0 ? [`${countInWords(counts.resolved)} resolved`] : []),
  ];
  const critical = counts.critical > 0 ? ` (${countInWords(counts.critical)} critical)` : '';
  return `[${environment}] ${parts.join(', ')}${critical}: ${queuesInWords(message)}${again}`;
}

/** One line per alert, news first. */
export function linesOf({ message, test }: Delivery): string[] {
  if (test) return ['If you can read this, alerts will reach you here.'];
  const lines = message.notices.map((notice) => lineOf(notice, message.atMs));
  return message.omitted > 0 ? [...lines, `… and ${countInWords(message.omitted)} more`] : lines;
}

/** True when nothing fires of what the message is about. */
export function isAllClear({ counts }: AlertMessage): boolean {
  return counts.fired + counts.raised + counts.firing === 0;
}

function lineOf({ event, alert }: Notice, atMs: number): string {
  const severity = event === 'resolved' ? 'RESOLVED' : alert.severity.toUpperCase();
  const since = durationInWords(Math.max(0, atMs - alert.firedAtMs));
  const ends = {
    fired: '',
    raised: ' (was a warning)',
    firing: ` (for ${since}, not acknowledged)`,
    resolved: ` (after ${since})`,
  };
  return `${severity} ${alert.queueName}: ${alert.message}${ends[event]}`;
}

function queuesInWords({ notices, omitted }: AlertMessage): string {
  const names = [...new Set(notices.map(({ alert }) => alert.queueName))];
  const shown = names.slice(0, NAMED_QUEUES).join(', ');
  return names.length > NAMED_QUEUES || omitted > 0 ? `${shown} …` : shown;
}
