import type { JobPlace, SearchJobsRequest } from '@drover/contract';
import { readNumber } from './form-number.js';
import { formatInstant } from './format.js';
import { type ReadConditions, readConditions } from './job-conditions.js';
import { isPlace } from './jobs.js';

/** Texts of the filter, each as typed and as the URL holds it. */
export const filterNames = [
  'name',
  'error',
  'failure',
  'text',
  'where',
  'when',
  'since',
  'until',
  'min',
  'max',
] as const;
export type FilterName = (typeof filterNames)[number];
export type FilterTexts = Readonly<Record<FilterName, string>>;

export interface JobsView {
  readonly queueName: string | undefined;
  /** Undefined: any, which only a search can show. */
  readonly state: JobPlace | undefined;
  readonly order: 'newest' | 'oldest';
  /** Not empty: every queue's job of that id, whatever else is set. */
  readonly id: string;
  readonly filter: FilterTexts;
}

export const periods = {
  any: { words: 'Any time', spanMs: undefined },
  '15m': { words: 'Last 15 min', spanMs: 900_000 },
  '1h': { words: 'Last hour', spanMs: 3_600_000 },
  '24h': { words: 'Last 24 hours', spanMs: 86_400_000 },
  '7d': { words: 'Last 7 days', spanMs: 604_800_000 },
  between: { words: 'Between…', spanMs: undefined },
} as const;
export type Period = keyof typeof periods;

export function isPeriod(text: string): text is Period {
  return Object.hasOwn(periods, text);
}

/** What the URL says; what makes no sense is not there. */
export function readJobsView(params: URLSearchParams): JobsView {
  const state = params.get('state');
  const filter = Object.fromEntries(filterNames.map((name) => [name, params.get(name) ?? ''])) as FilterTexts;
  return {
    queueName: params.get('queue') || undefined,
    state: isPlace(state) ? state : undefined,
    order: params.get('order') === 'oldest' ? 'oldest' : 'newest',
    id: (params.get('id') ?? '').trim(),
    filter,
  };
}

/** What a view shows: the queues with their counts, a queue's jobs in a state, a search, or one id. */
export type JobsMode = 'counts' | 'browse' | 'search' | 'find';

export function modeOf(view: JobsView): JobsMode {
  if (view.id !== '') return 'find';
  if (isFilteringJobs(view.filter)) return 'search';
  return view.queueName === undefined ? 'counts' : 'browse';
}

export function isFilteringJobs({ when, ...filter }: FilterTexts): boolean {
  const texts: readonly string[] = Object.values(filter);
  return texts.some((text) => text.trim() !== '') || (isPeriod(when) && periods[when].spanMs !== undefined);
}

export type FilterProblems = Partial<Record<FilterName, string>>;

export type ReadSearch =
  | { readonly request: SearchJobsRequest; readonly problems: FilterProblems }
  | { readonly request?: undefined; readonly problems: FilterProblems };

const attempts = { min: 0, max: 1_000_000_000, whole: true, optional: true };

/** The search that a view means as of `nowMs`, or what cannot be searched for. */
export function readSearch({ queueName, state, order, filter }: JobsView, nowMs: number): ReadSearch {
  const min = readNumber(filter.min, attempts);
  const max = readNumber(filter.max, attempts);
  const where: ReadConditions = filter.where.trim() === '' ? { conditions: [] } : readConditions(filter.where);
  const time = readPeriod(filter, nowMs);
  const problems: FilterProblems = {
    ...(min.problem !== undefined && { min: min.problem }),
    ...(max.problem !== undefined && { max: max.problem }),
    ...(min.value !== undefined &&
      max.value !== undefined &&
      min.value > max.value && { max: 'Must not be less than the least.' }),
    ...(where.problem !== undefined && { where: where.problem }),
    // Left out, it would be a search for everything.
    ...(filter.failure !== '' && !/^[0-9a-f]{14}$/.test(filter.failure) && { failure: 'Is no group of failures.' }),
    ...time.problems,
  };
  if (Object.keys(problems).length > 0 || where.conditions === undefined) return { problems };
  const [name, error, text] = [filter.name, filter.error, filter.text].map((words) => words.trim());
  return {
    problems,
    request: {
      ...(queueName !== undefined && { queues: [queueName] }),
      ...(state !== undefined && { states: [state] }),
      order,
      filter: {
        ...(name && { name }),
        ...(error && { error }),
        ...(filter.failure !== '' && { failure: filter.failure }),
        ...(text && { text }),
        ...(time.since && { since: time.since }),
        ...(time.until && { until: time.until }),
        ...(min.value !== undefined && { minAttempts: min.value }),
        ...(max.value !== undefined && { maxAttempts: max.value }),
        ...(where.conditions.length > 0 && { where: [...where.conditions] }),
      },
    },
  };
}

interface ReadPeriod {
  readonly since?: string;
  readonly until?: string;
  readonly problems: FilterProblems;
}

function readPeriod({ when, since, until }: FilterTexts, nowMs: number): ReadPeriod {
  const span = isPeriod(when) ? periods[when].spanMs : undefined;
  if (span !== undefined) return { since: new Date(nowMs - span).toISOString(), problems: {} };
  const [fromMs, toMs] = [Date.parse(since), Date.parse(until)];
  const problems: FilterProblems = {
    ...(since !== '' && Number.isNaN(fromMs) && { since: 'Enter a date and a time.' }),
    ...(until !== '' && Number.isNaN(toMs) && { until: 'Enter a date and a time.' }),
    ...(fromMs >= toMs && { until: 'Must be later than the start.' }),
  };
  return {
    ...(!Number.isNaN(fromMs) && { since: new Date(fromMs).toISOString() }),
    ...(!Number.isNaN(toMs) && { until: new Date(toMs).toISOString() }),
    problems,
  };
}

/** Nothing of the filter and no id; where one looks stays. */
export const noFilterParams: Readonly<Record<string, undefined>> = Object.fromEntries(
  ['id', ...filterNames].map((name) => [name, undefined]),
);

/** "name mail.send, error contains timeout": what is looked for, in words. */
export function filterWords(filter: FilterTexts): string {
  const { name, error, failure, text, where, when, since, until, min, max } = filter;
  return [
    name && `named ${name.trim()}`,
    error && `whose error has “${error.trim()}”`,
    failure && 'of one kind of failure',
    text && `whose payload has “${text.trim()}”`,
    where && `where ${where.trim()}`,
    isPeriod(when) && periods[when].spanMs !== undefined && `of the ${periods[when].words.toLowerCase()}`,
    since && `since ${instantWords(since)}`,
    until && `until ${instantWords(until)}`,
    min && `with ${min.trim()} attempts or more`,
    max && `with ${max.trim()} attempts or fewer`,
  ]
    .filter(Boolean)
    .join(', ');
}

function instantWords(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : formatInstant(ms);
}
