import type { JobRef } from '../ports/job-gateway.js';

/** The settings document with the jobs that are set aside: every worker reads it within a second, and runs none of them. */
export const quarantineKey = 'job-quarantine';

/** Jobs that are set aside at once; every worker holds their names in memory. */
export const MOST_QUARANTINED = 1_000;

/** Where a worker puts such a job that it was given: among the delayed ones, due when nobody lives who would wait for it. */
export const PARKED_UNTIL_MS = Date.UTC(2100, 0, 1);

/** Reads the document; what is damaged is left out. */
export function parseQuarantine(value: unknown): readonly JobRef[] {
  const { jobs } = (typeof value === 'object' && value !== null ? value : {}) as { jobs?: unknown };
  if (!Array.isArray(jobs)) return [];
  return jobs.filter((job: Partial<JobRef> | null): job is JobRef => {
    return typeof job?.queueName === 'string' && typeof job.jobId === 'string';
  });
}

/** The document of these jobs; the latest where there are too many. */
export function quarantineOf(jobs: readonly JobRef[]): { readonly jobs: JobRef[] } {
  return { jobs: jobs.map(({ queueName, jobId }) => ({ queueName, jobId })).slice(-MOST_QUARANTINED) };
}
