import type { NoInput, Route } from './route.js';

const changeFaults = ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'] as const;

export const schedulesRoutes = {
  getSchedules: { method: 'GET', path: '/schedules', role: 'viewer', served: true, faults: ['engine_timeout'] },
  getSchedule: {
    method: 'GET',
    path: '/schedules/one/:queueName/:scheduleId',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  createSchedule: {
    method: 'POST',
    path: '/schedules',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.create',
  },
  updateSchedule: {
    method: 'POST',
    path: '/schedules/edit/:queueName/:scheduleId',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.update',
  },
  deleteSchedule: {
    method: 'DELETE',
    path: '/schedules/one/:queueName/:scheduleId',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.delete',
  },
  pauseSchedule: {
    method: 'POST',
    path: '/schedules/pause/:queueName/:scheduleId',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.pause',
  },
  resumeSchedule: {
    method: 'POST',
    path: '/schedules/resume/:queueName/:scheduleId',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.resume',
  },
  runSchedule: {
    method: 'POST',
    path: '/schedules/run/:queueName/:scheduleId',
    role: 'operator',
    served: true,
    faults: changeFaults,
    audit: 'schedule.run',
  },
  getRunningJobs: {
    method: 'GET',
    path: '/workers/running',
    role: 'viewer',
    served: true,
    faults: ['engine_timeout'],
  },
} as const satisfies Record<string, Route>;

/** A BullMQ job scheduler. Its payload is not shown: that of the jobs that it made is. */
export interface ScheduleInfo {
  queueName: string;
  scheduleId: string;
  jobName: string;
  /** Cron, five or six fields; or else `everyMs`. */
  pattern?: string;
  everyMs?: number;
  /** The zone that the pattern is read in; the worker's own without it. */
  tz?: string;
  startAt?: Date;
  endAt?: Date;
  /** Most runs in all. */
  limit?: number;
  /** Runs made so far, the next included; begins anew when it is resumed. */
  runs: number;
  paused: boolean;
  pausedAt?: Date;
  pausedBy?: string;
  /** Of the run made in advance: ahead, or come due and not taken by a worker yet. */
  nextAt?: Date;
  /** How long that has been due, when it has. */
  overdueMs?: number;
  /** The next instants, soonest first; none while paused. */
  nextRuns: Date[];
  /** As far as BullMQ kept their jobs, newest first. */
  lastRuns: ScheduleRun[];
  /** Size of the payload as JSON. */
  dataBytes: number;
}

export interface ScheduleRun {
  jobId: string;
  dueAt: Date;
  state: 'waiting' | 'active' | 'delayed' | 'waiting-children' | 'completed' | 'failed';
  startedAt?: Date;
  finishedAt?: Date;
  workerId?: string;
}

export interface ScheduleList {
  schedules: ScheduleInfo[];
  /** True when there are more than fit: ask by queue. */
  truncated: boolean;
}

export interface CreateScheduleRequest {
  queueName: string;
  scheduleId: string;
  jobName: string;
  pattern?: string | undefined;
  everyMs?: number | undefined;
  tz?: string | undefined;
  startAt?: Date | string | undefined;
  endAt?: Date | string | undefined;
  limit?: number | undefined;
  data?: unknown;
  /** Of every run: attempts and priority; more in code. */
  attempts?: number | undefined;
  priority?: number | undefined;
}

/** What is left out stays; `null` takes it away. A `pattern` takes the place of `everyMs`, and the other way round. */
export interface UpdateScheduleRequest {
  jobName?: string | undefined;
  pattern?: string | undefined;
  everyMs?: number | undefined;
  tz?: string | null | undefined;
  startAt?: Date | string | null | undefined;
  endAt?: Date | string | null | undefined;
  limit?: number | null | undefined;
  data?: unknown;
  attempts?: number | null | undefined;
  priority?: number | null | undefined;
}

export interface ScheduleResponse {
  success: boolean;
  schedule: ScheduleInfo;
}

export interface DeleteScheduleResponse {
  success: boolean;
  queueName: string;
  scheduleId: string;
}

export interface RunScheduleResponse extends DeleteScheduleResponse {
  jobId: string;
}

/** A job that a worker has in hand. */
export interface RunningJob {
  queueName: string;
  jobId: string;
  name: string;
  startedAt?: Date;
  /** Since its attempt began. */
  ageMs: number;
  attempt: number;
  /** Percent, where the job tells it as a number. */
  progress?: number;
  /** Absent where workers have no names. */
  workerId?: string;
  host?: string;
  /** `worker_gone`: its worker reports no more. `slow`: far beyond what its queue's jobs take. */
  stuck?: 'worker_gone' | 'slow';
}

export interface RunningJobs {
  timestamp: Date;
  /** Stuck ones first, then the oldest. */
  jobs: RunningJob[];
  /** True when more run than fit. */
  truncated: boolean;
}

interface OfSchedule {
  params: { queueName: string; scheduleId: string };
  query: undefined;
  body: undefined;
}

export interface RunningJobsQuery {
  queueName?: string;
  workerId?: string;
  /** 200 unless told, 1,000 at most. */
  limit?: number;
}

/** Input and reply of each route, as callers see them. */
export interface SchedulesRouteTypes {
  getSchedules: Omit<NoInput, 'query'> & { query: { queueName?: string }; reply: ScheduleList };
  getSchedule: OfSchedule & { reply: ScheduleInfo };
  createSchedule: Omit<NoInput, 'body'> & { body: CreateScheduleRequest; reply: ScheduleResponse };
  updateSchedule: Omit<OfSchedule, 'body'> & { body: UpdateScheduleRequest; reply: ScheduleResponse };
  deleteSchedule: OfSchedule & { reply: DeleteScheduleResponse };
  pauseSchedule: OfSchedule & { reply: ScheduleResponse };
  resumeSchedule: OfSchedule & { reply: ScheduleResponse };
  runSchedule: OfSchedule & { reply: RunScheduleResponse };
  getRunningJobs: Omit<NoInput, 'query'> & { query: RunningJobsQuery; reply: RunningJobs };
}
