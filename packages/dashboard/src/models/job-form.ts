import type { AddJobOptions, AddJobRequest, DuplicateJobRequest, EditJobRequest, JobDetail } from '@drover/contract';
import { type NumberRule, readNumber } from './form-number.js';

/** Everything as typed, by the dotted path of the field in the request's body. */
export const jobFormPaths = [
  'name',
  'data',
  'options.jobId',
  'options.priority',
  'options.delay',
  'options.attempts',
  'options.backoff.type',
  'options.backoff.delay',
] as const;
export type JobFormPath = (typeof jobFormPaths)[number];
export type JobTexts = Readonly<Record<JobFormPath, string>>;
export type JobProblems = Partial<Record<JobFormPath, string>>;

export interface ReadJobForm<Request> {
  readonly problems: JobProblems;
  /** Undefined while a field cannot be taken, or nothing was changed. */
  readonly request: Request | undefined;
}

export const emptyJob: JobTexts = {
  name: '',
  data: '{}',
  'options.jobId': '',
  'options.priority': '',
  'options.delay': '',
  'options.attempts': '',
  'options.backoff.type': '',
  'options.backoff.delay': '',
};

/** The server's bounds. */
export const mostDataBytes = 200_000;
const rules: Partial<Record<JobFormPath, NumberRule>> = {
  'options.priority': { min: 0, max: 2_097_151, whole: true, optional: true },
  // Seconds, as people think of a delay; the API takes milliseconds.
  'options.delay': { min: 0, max: 315_360_000, optional: true },
  'options.attempts': { min: 1, max: 1_000_000, whole: true, optional: true },
  'options.backoff.delay': { min: 0, max: 315_360_000, optional: true },
};

/** A new job of a queue. */
export function readNewJob(texts: JobTexts): ReadJobForm<AddJobRequest> {
  const { problems, options, data } = readParts(texts);
  const name = texts.name.trim();
  const jobId = texts['options.jobId'].trim();
  const all: JobProblems = {
    ...(name === '' && { name: 'Give it a name: handlers go by it.' }),
    ...(jobId.includes(':') && { 'options.jobId': 'Must not contain a colon.' }),
    ...(/^\d+$/.test(jobId) && { 'options.jobId': 'Must not be a whole number: BullMQ numbers its jobs itself.' }),
    ...problems,
  };
  if (Object.keys(all).length > 0) return { problems: all, request: undefined };
  const given: AddJobOptions = { ...options, ...(jobId && { jobId }) };
  return {
    problems: {},
    request: { name, data: data?.value, ...(Object.keys(given).length > 0 && { options: given }) },
  };
}

/** Another job like one; only what was changed about it. `before`: what the form began with. */
export function readDuplicate(texts: JobTexts, before: JobTexts): ReadJobForm<DuplicateJobRequest> {
  const { problems, options, data } = readParts(changedOnly(texts, before));
  if (Object.keys(problems).length > 0) return { problems, request: undefined };
  return {
    problems: {},
    request: {
      ...(texts.data !== before.data && data && { data: data.value }),
      ...(Object.keys(options).length > 0 && { options }),
    },
  };
}

/** Changes of a job that no worker holds. */
export function readEdit(texts: JobTexts, before: JobTexts, runAgain: boolean): ReadJobForm<EditJobRequest> {
  const { problems, options, data } = readParts(changedOnly(texts, before));
  const request: EditJobRequest = {
    ...(texts.data !== before.data && data && { data: data.value }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.delay !== undefined && { delay: options.delay }),
    ...(runAgain && { runAgain }),
  };
  const usable = Object.keys(problems).length === 0 && Object.keys(request).length > 0;
  return { problems, request: usable ? request : undefined };
}

/** What a form about a job begins with. `data`: its payload's JSON, or nothing where it cannot be edited. */
export function textsOfJob(job: Pick<JobDetail, 'name' | 'priority'>, data: string | undefined): JobTexts {
  return { ...emptyJob, name: job.name, data: data ?? '', 'options.priority': String(job.priority) };
}

/** Why a text is no JSON; undefined when it is. */
export function jsonProblem(text: string): string | undefined {
  if (text.trim() === '') return 'Enter JSON: {} for an empty payload.';
  if (new Blob([text]).size > mostDataBytes) return 'Must not be larger than 200 KB: add such a job from code.';
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `Is no JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

/** Fields that are as they were count as not filled in. */
function changedOnly(texts: JobTexts, before: JobTexts): JobTexts {
  const changed = Object.entries(texts).filter(([path, text]) => text !== before[path as JobFormPath]);
  return { ...emptyJob, ...Object.fromEntries(changed) } as JobTexts;
}

function readParts(texts: JobTexts) {
  const problems: JobProblems = {};
  const number = (path: JobFormPath) => {
    const read = readNumber(texts[path], rules[path]);
    if (read.problem !== undefined) problems[path] = read.problem;
    return read.value;
  };
  const [priority, delayS, attempts, backoffS] = [
    number('options.priority'),
    number('options.delay'),
    number('options.attempts'),
    number('options.backoff.delay'),
  ];
  const badJson = jsonProblem(texts.data);
  if (badJson !== undefined) problems.data = badJson;
  const type = texts['options.backoff.type'];
  const options: AddJobOptions = {
    ...(priority !== undefined && { priority }),
    ...(delayS !== undefined && { delay: Math.round(delayS * 1_000) }),
    ...(attempts !== undefined && { attempts }),
    ...(type !== '' && {
      backoff: { type, ...(backoffS !== undefined && { delay: Math.round(backoffS * 1_000) }) },
    }),
  };
  return { problems, options, data: badJson === undefined ? { value: JSON.parse(texts.data) as unknown } : undefined };
}
