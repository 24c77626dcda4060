import type { NoInput, OfQueue, Route } from './route.js';

const reading = { method: 'GET', role: 'viewer', served: true } as const;
const changing = { method: 'POST', role: 'operator', served: true } as const;

export const jobsRoutes = {
  getJobs: { ...reading, path: '/queues/:queueName/jobs', faults: ['not_found', 'engine_timeout'] },
  findJobs: { ...reading, path: '/jobs/find', faults: ['engine_timeout'] },
  searchJobs: { ...changing, role: 'viewer', path: '/jobs/search', faults: ['engine_timeout'], asks: true },
  scanFailures: { ...changing, role: 'viewer', path: '/jobs/failures', faults: ['engine_timeout'], asks: true },
  getJob: {
    ...reading,
    path: '/jobs/one/:queueName/:jobId',
    faults: ['not_found', 'engine_timeout'],
    audit: 'job.reveal',
  },
  getJobLogs: {
    ...reading,
    path: '/jobs/logs/:queueName/:jobId',
    faults: ['not_found', 'engine_timeout'],
    audit: 'job.reveal',
  },
  getJobValue: {
    ...reading,
    path: '/jobs/value/:queueName/:jobId',
    faults: ['not_found', 'too_large', 'engine_timeout'],
    audit: 'job.reveal',
  },
  getJobTree: { ...reading, path: '/jobs/tree/:queueName/:jobId', faults: ['not_found', 'engine_timeout'] },
  getJobSchema: { ...reading, path: '/queues/:queueName/job-schema', faults: ['not_found', 'engine_timeout'] },
  addJob: {
    ...changing,
    path: '/queues/:queueName/jobs',
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'job.add',
    privateBody: true,
  },
  changeJobs: {
    ...changing,
    path: '/queues/:queueName/jobs/actions',
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'job.change',
  },
  editJob: {
    ...changing,
    path: '/jobs/edit/:queueName/:jobId',
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'job.edit',
    privateBody: true,
  },
  duplicateJob: {
    ...changing,
    path: '/jobs/duplicate/:queueName/:jobId',
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'job.duplicate',
    privateBody: true,
  },
  getJobTrash: { ...reading, path: '/jobs/trash', faults: ['engine_timeout'] },
  restoreJobs: {
    ...changing,
    path: '/jobs/trash/restore',
    faults: ['conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'job.restore',
  },
} as const satisfies Record<string, Route>;

export type JobPlace = 'waiting' | 'active' | 'delayed' | 'waiting-children' | 'completed' | 'failed';

export interface JobReference {
  queueName: string;
  jobId: string;
}

/** A job as lists show it. */
export interface JobSummary extends JobReference {
  name: string;
  state: JobPlace;
  /** 0: none, which runs before 1, the most urgent. */
  priority: number;
  attemptsMade: number;
  maxAttempts: number;
  addedAt: Date;
  /** When a delayed job comes due. */
  dueAt?: Date;
  /** Start of the latest attempt. */
  startedAt?: Date;
  finishedAt?: Date;
  /** Why the latest attempt failed; cut at 2,000 characters. */
  error?: string;
  /** Name of the worker that took it last. */
  processedBy?: string;
  scheduleId?: string;
  parent?: JobReference;
  /** Bytes of JSON, as the engine keeps it. */
  dataBytes: number;
  resultBytes: number;
}

export interface JobsQuery {
  /** `waiting` unless told; it holds prioritized and paused jobs too. */
  state?: JobPlace;
  /** `newest` unless told. */
  order?: 'oldest' | 'newest';
  /** `next` of the page before. */
  cursor?: string;
  /** 50 unless told, 200 at most. */
  limit?: number;
}

export interface JobsResponse {
  jobs: JobSummary[];
  /** `cursor` of the next page; absent on the last. */
  next?: string;
}

export interface FoundJobsResponse {
  /** Every queue's job of that id. */
  jobs: JobSummary[];
  /** Queues that were asked. */
  queues: number;
}

export type JobConditionOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'exists';

/** Everything that is given must hold; texts without regard to case. */
export interface JobFilters {
  /** Exactly. */
  name?: string;
  /** Part of the latest failure's reason. */
  error?: string;
  /** `fingerprint` of a group of failures. */
  failure?: string;
  /** Part of the payload's JSON. */
  text?: string;
  /** Finished, or else started, or else added at this instant or later. */
  since?: Date | string;
  /** Before this instant. */
  until?: Date | string;
  /** Attempts made. */
  minAttempts?: number;
  maxAttempts?: number;
  /** `{ path: 'data.customerId', op: '=', value: 42 }`; paths begin with data, result, progress or options. */
  where?: { path: string; op: JobConditionOperator; value?: string | number | boolean | null }[];
}

export interface SearchJobsRequest {
  /** All queues unless told. */
  queues?: string[];
  /** All states unless told, failed ones first. */
  states?: JobPlace[];
  filter: JobFilters;
  /** `newest` unless told. */
  order?: 'oldest' | 'newest';
  /** `next` of the slice before. */
  cursor?: string;
  /** The slice ends with the step of 200 jobs that reaches so many hits: 50 unless told, 200 at most. */
  limit?: number;
}

/** One slice of a search, of about a quarter of a second. To cancel, ask for no more. */
export interface SearchJobsResponse {
  hits: JobSummary[];
  /** Absent when all was looked at. */
  next?: string;
  /** Since the search began. */
  examined: number;
  /** Jobs that there were when it began. */
  total: number;
  /** Jobs whose values were too large to look into (256 KB), since the search began. */
  skipped: number;
}

export interface ScanFailuresRequest {
  /** All queues unless told. */
  queues?: string[];
  /** What failed at this instant or later; all that is kept unless told. */
  since?: Date | string;
  /** `next` of the slice before. */
  cursor?: string;
}

/** One slice of a look through failed jobs, of about a quarter of a second: add its groups to those before. */
export interface ScanFailuresResponse {
  /** Of the jobs of this slice: `addFailureGroups` adds them up. */
  groups: FailureGroup[];
  /** Absent when all was looked at. */
  next?: string;
  /** Since the look began. */
  examined: number;
  /** Failed jobs that there were when it began. */
  total: number;
}

/** Failed jobs with the same error, without numbers, ids and quoted values, thrown at the same place. */
export interface FailureGroup {
  fingerprint: string;
  message: string;
  /** The first frame of the stack that is no library's: `charge (src/pay.js:12)`. */
  place?: string;
  count: number;
  firstSeen: Date;
  lastSeen: Date;
  /** Of them failed within the last hour. */
  lastHour: number;
  /** At most 1,000. */
  queues: { queueName: string; count: number }[];
  /** Names of workers, at most 20. */
  workers: string[];
  /** The latest. */
  example: JobReference & { name: string; error: string; failedAt: Date };
}

/** A value of a job. */
export interface JobValueView {
  /** Absent where it was cut: fetch it by itself. */
  value?: unknown;
  /** Of its JSON, as the engine keeps it; 0: there is none. */
  bytes: number;
  cut: boolean;
}

export interface JobTimelineEntry {
  kind: 'added' | 'due' | 'started' | 'attempt-failed' | 'completed' | 'failed';
  /** Absent where BullMQ keeps no time: of failed attempts but the last. */
  at?: Date;
  attempt?: number;
  worker?: string;
  error?: string;
}

export interface JobDetail extends JobSummary {
  data: JobValueView;
  options: JobValueView;
  result: JobValueView;
  progress: JobValueView;
  /** One for each failed attempt, first to last, as far as BullMQ keeps them. */
  attempts: { attempt: number; error: string; stack: string }[];
  timeline: JobTimelineEntry[];
  stalledCount: number;
  deduplicationId?: string;
  logCount: number;
  children: { pending: number; processed: number; ignored: number; failed: number };
  /** Rules take something out of this job for whoever asked, or may: one of its values is too large to look through. */
  redacted: boolean;
}

export interface JobSightQuery {
  /** Shows what rules take out, to those who may see it; written to the audit log. */
  reveal?: boolean;
}

export interface JobLogsQuery extends JobSightQuery {
  /** The first line's number, from 0. */
  from?: number;
  /** 100 unless told, 1,000 at most. */
  limit?: number;
}

export interface JobLogsResponse {
  lines: string[];
  total: number;
}

export interface JobValueQuery extends JobSightQuery {
  /** `data` unless told. */
  field?: 'data' | 'options' | 'result' | 'progress';
}

/** A job of a flow; the tree is bounded to 200 jobs. */
export interface JobTreeNode extends JobReference {
  /** Absent for a job that is gone. */
  name?: string;
  state?: JobPlace;
  /** What its parent knows of it. */
  status?: 'pending' | 'processed' | 'ignored' | 'failed';
  /** Of its children, by the engine's count. */
  childCount?: number;
  /** Its number in `nodes` of the parent; absent for the root. */
  parent?: number;
}

export interface JobTreeResponse {
  /** The root first, parents before their children. */
  nodes: JobTreeNode[];
  /** True when there are more. */
  cut: boolean;
}

export interface JobSchemaResponse {
  queueName: string;
  /** JSON Schema that a payload must fit which is added, edited or duplicated here; absent: any does. */
  schema?: { [keyword: string]: unknown };
}

export interface AddJobRequest {
  name: string;
  /** Any JSON; `{}` unless told. */
  data?: unknown;
  options?: AddJobOptions;
}

export interface AddJobOptions {
  jobId?: string;
  priority?: number;
  /** ms */
  delay?: number;
  attempts?: number;
  lifo?: boolean;
  backoff?: { type: string; delay?: number };
}

export interface AddedJobResponse {
  success: boolean;
  queueName: string;
  jobId: string;
}

export interface ChangeJobsRequest {
  /** `cancel`: of running jobs. */
  action: 'retry' | 'promote' | 'remove' | 'cancel';
  /** At most 1,000. */
  jobIds: string[];
  /** When removing: false keeps no copy in the trash. */
  trash?: boolean;
  /** When cancelling: told to the job. */
  reason?: string;
}

/** `success` is true also when some could not be changed: see `failed`. */
export interface ChangeJobsResponse {
  success: boolean;
  action: string;
  total: number;
  done: number;
  failed: number;
  /** Of those that were not changed. */
  errors?: { jobId: string; error: string }[];
}

export interface EditJobRequest {
  data?: unknown;
  priority?: number;
  /** ms from now */
  delay?: number;
  /** Then retries a finished job, or lets a delayed one run now. */
  runAgain?: boolean;
}

export interface DuplicateJobRequest {
  /** Another payload than the job's own. */
  data?: unknown;
  /** Over those of the job; never its id. */
  options?: AddJobOptions;
}

/** A job that was removed, kept for a while. */
export interface TrashedJob extends JobReference {
  id: string;
  name: string;
  state: JobPlace;
  removedAt: Date;
  removedBy: string;
  /** When it is gone for good. */
  until: Date;
}

export interface JobTrashResponse {
  /** Latest first. */
  jobs: TrashedJob[];
  next?: string;
}

export interface RestoreJobsRequest {
  /** Of the trash; at most 200. */
  ids: string[];
}

interface OfJob {
  params: { queueName: string; jobId: string };
  body: undefined;
}

/** Input and reply of each route, as callers see them. */
export interface JobsRouteTypes {
  getJobs: Omit<OfQueue, 'query'> & { query: JobsQuery | undefined; reply: JobsResponse };
  findJobs: Omit<NoInput, 'query'> & { query: { id?: string }; reply: FoundJobsResponse };
  searchJobs: Omit<NoInput, 'body'> & { body: SearchJobsRequest; reply: SearchJobsResponse };
  scanFailures: Omit<NoInput, 'body'> & { body: ScanFailuresRequest; reply: ScanFailuresResponse };
  getJob: OfJob & { query: JobSightQuery | undefined; reply: JobDetail };
  getJobLogs: OfJob & { query: JobLogsQuery | undefined; reply: JobLogsResponse };
  getJobValue: OfJob & { query: JobValueQuery | undefined; reply: JobValueView };
  getJobTree: OfJob & { query: undefined; reply: JobTreeResponse };
  getJobSchema: OfQueue & { reply: JobSchemaResponse };
  addJob: Omit<OfQueue, 'body'> & { body: AddJobRequest; reply: AddedJobResponse };
  changeJobs: Omit<OfQueue, 'body'> & { body: ChangeJobsRequest; reply: ChangeJobsResponse };
  editJob: Omit<OfJob, 'body'> & { query: undefined; body: EditJobRequest; reply: AddedJobResponse };
  duplicateJob: Omit<OfJob, 'body'> & { query: undefined; body: DuplicateJobRequest; reply: AddedJobResponse };
  getJobTrash: Omit<NoInput, 'query'> & {
    query: { cursor?: string; queueName?: string } | undefined;
    reply: JobTrashResponse;
  };
  restoreJobs: Omit<NoInput, 'body'> & { body: RestoreJobsRequest; reply: ChangeJobsResponse };
}
