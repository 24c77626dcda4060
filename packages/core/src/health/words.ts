// Made once: `toLocaleString` makes one for each number, at every tick for every queue.
const wholeNumbers = new Intl.NumberFormat('en-US');

/** Values in words, as issues and reasons show them. */
export function durationInWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${trim(seconds)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', Math.round(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(hours, 'h', minutes % 60, 'min');
  return `${Math.floor(hours / 24)} d`;
}

export function countInWords(count: number): string {
  return wholeNumbers.format(Math.round(count));
}

export function percentInWords(percent: number): string {
  return `${trim(percent)} %`;
}

export function jobsInWords(count: number): string {
  return `${countInWords(count)} ${Math.round(count) === 1 ? 'job' : 'jobs'}`;
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  if (rest === 0 || whole >= 10) return `${whole} ${unit}`;
  // 4 min 59.7 s rounds to 60 s: say 5 min.
  if (rest === 60) return `${whole + 1} ${unit}`;
  return `${whole} ${unit} ${rest} ${restUnit}`;
}
