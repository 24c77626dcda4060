/** Patterns that have a name. */
const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** One field of a pattern: anything, every n-th, or certain values. */
type Field =
  | { readonly kind: 'any' }
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'values'; readonly values: readonly number[] };

/**
 * A cron pattern of five or six fields in words: "at 03:00 every day", "every 15 min from 09:00 to 17:59 on weekdays".
 * Undefined for one that plain words would not make clearer, or that is none.
 */
export function cronWords(pattern: string): string | undefined {
  const fields = (macros[pattern.trim().toLowerCase()] ?? pattern).trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) return undefined;
  const [second, minute, hour, day, month, weekday] = fields.length === 6 ? fields : ['0', ...fields];
  const seconds = readField(second, 0, 59);
  const minutes = readField(minute, 0, 59);
  const hours = readField(hour, 0, 23);
  const when = timeWords(seconds, minutes, hours);
  const where = dateWords(readField(day, 1, 31), readField(month, 1, 12, months, 1), readWeekday(weekday));
  if (when === undefined || where === undefined) return undefined;
  return [when, where || (when.startsWith('at ') ? 'every day' : '')].filter(Boolean).join(' ');
}

function timeWords(second?: Field, minute?: Field, hour?: Field): string | undefined {
  if (!second || !minute || !hour) return undefined;
  if (second.kind !== 'values') {
    const all = minute.kind === 'any' && hour.kind === 'any';
    return all ? every(second, 's', 'every second') : undefined;
  }
  const [at = 0, ...others] = second.values;
  if (others.length > 0) return undefined;
  const tail = at === 0 ? '' : `:${two(at)}`;
  if (minute.kind !== 'values') {
    if (tail !== '') return undefined;
    const words = every(minute, 'min', 'every minute');
    if (hour.kind === 'any') return words;
    return hour.kind === 'values' && isRun(hour.values) ? `${words} ${hoursSpan(hour.values)}` : undefined;
  }
  if (hour.kind === 'any') return `${minute.values.map((value) => `:${two(value)}${tail}`).join(', ')} past every hour`;
  if (hour.kind === 'step') {
    return minute.values.length === 1 ? `every ${hour.step} h at :${two(minute.values[0] ?? 0)}${tail}` : undefined;
  }
  const times = hour.values.flatMap((h) => minute.values.map((m) => `${two(h)}:${two(m)}${tail}`));
  if (times.length > 4 && minute.values.length === 1 && isRun(hour.values)) {
    return `every hour from ${times[0]} to ${times.at(-1)}`;
  }
  return times.length > 4 ? undefined : `at ${list(times)}`;
}

/** Empty: any date. */
function dateWords(day?: Field, month?: Field, weekday?: Field): string | undefined {
  if (!day || !month || !weekday || month.kind === 'step' || weekday.kind === 'step') return undefined;
  // Cron means "or" there, which nobody expects.
  if (day.kind !== 'any' && weekday.kind !== 'any') return undefined;
  const inMonths = month.kind === 'any' ? '' : ` in ${list(month.values.map((value) => months[value - 1] ?? ''))}`;
  if (day.kind === 'step') return day.step > 1 ? undefined : inMonths.trim();
  if (day.kind === 'values') {
    return `on the ${list(day.values.map(ordinal))}${inMonths || ' of every month'}`;
  }
  if (weekday.kind === 'values') return `${weekdayWords(weekday.values)}${inMonths}`;
  return inMonths === '' ? '' : `every day${inMonths}`;
}

function weekdayWords(values: readonly number[]): string {
  const key = values.join();
  if (key === '1,2,3,4,5') return 'on weekdays';
  if (key === '0,6') return 'at weekends';
  if (values.length === 7) return '';
  if (values.length > 2 && isRun(values)) return `from ${days[values[0] ?? 0]} to ${days[values.at(-1) ?? 0]}`;
  return `on ${list(values.map((value) => `${days[value]}s`))}`;
}

/** Undefined for what is none, or beyond lists, ranges and steps: L, W, #. */
function readField(text: string | undefined, min: number, max: number, names: readonly string[] = [], first = 0) {
  if (text === undefined) return undefined;
  if (text === '*' || text === '?') return { kind: 'any' } as const;
  const step = /^(?:\*|0)\/(\d+)$/.exec(text);
  if (step) return { kind: 'step', step: Number(step[1]) } as const;
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = /^(\w+)(?:-(\w+)(?:\/(\d+))?)?$/.exec(part);
    if (!range) return undefined;
    const from = numberOf(range[1], names, first);
    const to = range[2] === undefined ? from : numberOf(range[2], names, first);
    if (from === undefined || to === undefined || from < min || to > max || from > to) return undefined;
    const by = Math.max(1, Number(range[3] ?? 1));
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return { kind: 'values', values: [...values].toSorted((a, b) => a - b) } as const;
}

/** Both 0 and 7 are Sunday. */
function readWeekday(text: string | undefined): Field | undefined {
  const field = readField(text, 0, 7, days);
  if (field?.kind !== 'values') return field;
  return { kind: 'values', values: [...new Set(field.values.map((value) => value % 7))].toSorted((a, b) => a - b) };
}

function numberOf(text: string | undefined, names: readonly string[], first: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const at = names.findIndex((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase());
  return at === -1 ? undefined : at + first;
}

function every(field: Exclude<Field, { kind: 'values' }>, unit: string, one: string): string {
  return field.kind === 'any' || field.step === 1 ? one : `every ${field.step} ${unit}`;
}

function hoursSpan(hours: readonly number[]): string {
  return `from ${two(hours[0] ?? 0)}:00 to ${two(hours.at(-1) ?? 0)}:59`;
}

function isRun(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || value === (values[at - 1] ?? 0) + 1);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function ordinal(value: number): string {
  const tail = value % 100 > 10 && value % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${tail}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
