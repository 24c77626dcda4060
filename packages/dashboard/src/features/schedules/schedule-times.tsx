import { formatInstant, formatRoughly } from '../../models/format';
import { inViewerZone, inZone, zoneCity } from '../../models/schedules';

export interface RunAtProps {
  at: Date;
  nowMs: number;
}

/** "in 4 h", and when it is due, for how long. */
export function RunIn({ at, nowMs }: RunAtProps) {
  const ahead = at.getTime() - nowMs;
  return (
    <time dateTime={at.toISOString()} title={formatInstant(at)} className="whitespace-nowrap">
      {ahead >= 0 ? `in ${formatRoughly(ahead)}` : `due ${formatRoughly(-ahead)} ago`}
    </time>
  );
}

/** By the clock of whoever looks. */
export function HereTime({ at, nowMs }: RunAtProps) {
  return <span className="whitespace-nowrap">{inViewerZone(at, nowMs)}</span>;
}

/** By the clock that the pattern is read in. */
export function ZoneTime({ at, zone }: { at: Date; zone: string | undefined }) {
  if (zone === undefined) {
    return (
      <span className="text-text-3" title="It names no zone: the clock of the worker that makes the run counts">
        the worker’s zone
      </span>
    );
  }
  return (
    <span className="ellipsis block" title={zone}>
      {inZone(at, zone) ?? 'not known here'} <span className="text-text-3">{zoneCity(zone)}</span>
    </span>
  );
}
