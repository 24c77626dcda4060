/** Numbers, spans and sizes as the screens write them. Every function takes a known value; `unknownMark` stands for others. */

export const unknownMark = '–';

const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** The whole number for a tooltip: 20,962.125. One formatter: making one per cell is what a scroll would wait for. */
export function formatExact(value: number): string {
  return exact.format(value);
}

/** Whole numbers: 20,962; from a million on 1.24M. */
export function formatCount(value: number): string {
  if (Math.abs(value) >= 1e9) return `${trimZeros(value / 1e9, 2)}B`;
  if (Math.abs(value) >= 1e6) return `${trimZeros(value / 1e6, 2)}M`;
  const whole = Math.round(value);
  // Most cells of a table: they need no formatter, which is what a long list would wait for.
  return Math.abs(whole) < 1_000 ? String(whole) : grouped.format(whole);
}

/** Numbers of an axis: 950, 1.2k, 3M. */
export function formatAxis(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${trimZeros(value / 1e6, 1)}M`;
  if (size >= 1e3) return `${trimZeros(value / 1e3, 1)}k`;
  return trimZeros(value, size < 10 ? 2 : 1);
}

/** Jobs per minute: whole, but 0.4 rather than 0 for a slow queue. */
export function formatRate(perMinute: number): string {
  if (perMinute > 0 && perMinute < 10) return trimZeros(perMinute, 1);
  return formatCount(perMinute);
}

/** 8.1 %. Two digits below one where `precise`. */
export function formatPercent(percent: number, precise = false): string {
  return `${formatPercentNumber(percent, precise)} %`;
}

export function formatPercentNumber(percent: number, precise = false): string {
  if (percent >= 99.95) return Math.round(percent).toString();
  return percent.toFixed(precise && percent < 1 ? 2 : 1);
}

/** A limit: 5 %, 2.5 %. */
export function formatPercentLimit(percent: number): string {
  return `${trimZeros(percent, 2)} %`;
}

/** A processing time: 0.4 ms, 84 ms, 1.2 s, 1 m 02 s. */
export function formatDuration(ms: number): string {
  if (ms < 1) return ms <= 0 ? '0 ms' : `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  return formatSpan(ms);
}

/** A limit or a bin, without the digit that a measured time has: 30 s, 2.5 s. */
export function formatDurationLimit(ms: number): string {
  return formatDuration(ms).replace('.0 ', ' ');
}

/** A wait or an age, to the second: 22 s, 14 m 08 s, 2 h 05 m, 3 d 4 h. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A span in a sentence: 14 min, 41 s, 3 h. */
export function formatRoughly(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** 338 MB, 11.9 GB. */
export function formatMegabytes(megabytes: number): string {
  const { value, unit } = splitMegabytes(megabytes);
  return `${value} ${unit}`;
}

export function splitMegabytes(megabytes: number): { value: string; unit: string } {
  if (megabytes < 1_000) return { value: Math.round(megabytes).toString(), unit: 'MB' };
  const gigabytes = megabytes / 1_024;
  if (gigabytes < 1_000) return { value: gigabytes.toFixed(1), unit: 'GB' };
  return { value: (gigabytes / 1_024).toFixed(2), unit: 'TB' };
}

/** 23 Nov 2026, 14:32:06 UTC: the exact instant, for titles. */
export function formatInstant(instant: Date | number): string {
  const iso = new Date(instant).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
// Made once: a chart writes dozens, and making a formatter costs more than drawing a line.
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const minuteFormat = new Intl.DateTimeFormat(undefined, clock);
const secondFormat = new Intl.DateTimeFormat(undefined, { ...clock, second: '2-digit' });

/** The hour within a day, the day beyond. */
export function timeLabel(ms: number, spanS: number): string {
  if (spanS > 36 * 3_600) return dayFormat.format(ms);
  return (spanS < 600 ? secondFormat : minuteFormat).format(ms);
}

/** 3 queues, 1 queue. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function trimZeros(value: number, digits: number): string {
  return digits === 0 ? value.toFixed(0) : value.toFixed(digits).replace(/\.?0+$/, '');
}

function pad(value: number): string {
  return value.toString().padStart(2, '0');
}
