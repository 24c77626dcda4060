import { readRecycleNotice } from '../recycling/recycle.js';
import { MOST_CRASHED_WITH, REPORT_FORMAT, type RunInHand, type WorkerReport, workerStates } from './report.js';

export function encodeReport(report: WorkerReport): string {
  return JSON.stringify(report);
}

/**
 * Reads a stored report. Unknown fields of a newer worker are kept out of sight; a report
 * that does not read as one (other program's key, damaged row) is `null`, and its reader
 * goes on with the others.
 */
export function decodeReport(text: string): WorkerReport | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isReport(value)) return null;
  const { recycle, crashedWith, ...rest } = value;
  const notice = readRecycleNotice(recycle);
  const runs = readRuns(crashedWith);
  return { ...rest, ...(notice !== null && { recycle: notice }), ...(runs.length > 0 && { crashedWith: runs }) };
}

function readRuns(value: unknown): readonly RunInHand[] {
  if (!Array.isArray(value)) return [];
  const runs = value.filter((run: Partial<RunInHand> | null): run is RunInHand => {
    return typeof run?.jobId === 'string' && typeof run.startedAtMs === 'number';
  });
  return runs.slice(0, MOST_CRASHED_WITH);
}

function isReport(value: unknown): value is WorkerReport {
  if (typeof value !== 'object' || value === null) return false;
  const report = value as Partial<WorkerReport>;
  return (
    typeof report.format === 'number' &&
    report.format >= REPORT_FORMAT &&
    typeof report.workerId === 'string' &&
    typeof report.queueName === 'string' &&
    typeof report.host === 'string' &&
    typeof report.reportedAtMs === 'number' &&
    typeof report.startedAtMs === 'number' &&
    typeof report.totals === 'object' &&
    typeof report.memory === 'object' &&
    typeof report.processing === 'string' &&
    typeof report.wait === 'string' &&
    workerStates.some((state) => state === report.state)
  );
}
