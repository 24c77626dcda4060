import { addFailures, type FailureGroup, type ScanFailuresRequest, type ScanFailuresResponse } from '@drover/contract';
import { type Clock, Fault, type JobGateway, type JobRow, type QueueGateway } from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { SliceGate } from '../operations/slice-gate.js';
import type { JobView } from './job-view.js';
import { STACK_BYTES } from './judge-jobs.js';
import type { SearchPace } from './search-pace.js';

/** A call answers within about that, whatever there is to look at. */
const CALL_MS = 250;
const JOBS_PER_SLICE = 200;
/** Of one call: were every error another, the reply would grow with the jobs. */
const MAX_GROUPS = 500;
const HOUR_MS = 3_600_000;

export interface FailureScanOptions {
  readonly jobs: JobGateway;
  readonly queues: Pick<QueueGateway, 'readStates'>;
  readonly queueNames: () => Promise<readonly string[]>;
  readonly gate: SliceGate;
  readonly pace: SearchPace;
  readonly clock: Clock;
}

/** Looks at one slice of failed jobs, newest first in each queue; stops early when the signal aborts. */
export type FailureScan = (
  request: ScanFailuresRequest,
  view: JobView,
  signal: AbortSignal,
) => Promise<ScanFailuresResponse>;

/** Where it stands. Kept by who asks: nothing of it stays here. */
interface Standing {
  queueName: string;
  after: string | null;
  examined: number;
  readonly total: number;
}

/** Groups the failed jobs that are kept, in small steps that take turns, and rest, with those of searches. */
export function createFailureScan(options: FailureScanOptions): FailureScan {
  const { jobs, queues, queueNames, gate, pace, clock } = options;

  const begin = async (names: readonly string[]): Promise<Standing> => {
    const readings = await queues.readStates(names, clock.nowMs());
    const total = readings.reduce((sum, reading) => sum + (reading.ok ? reading.state.failed : 0), 0);
    return { queueName: names[0] ?? '', after: null, examined: 0, total };
  };

  return async ({ queues: asked, since, cursor }, view, signal) => {
    const names = [...(asked ?? (await queueNames()))].sort();
    const standing = cursor === undefined ? await begin(names) : readCursor(cursor);
    const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : new Date(since).getTime();
    const groups = new Map<string, FailureGroup>();
    const startedMs = clock.monotonicMs();

    /** False when the queue is through. */
    const step = async (): Promise<boolean> => {
      const { queueName, after } = standing;
      const found = await jobs.walk({
        ...{ queueName, state: 'failed', order: 'newest', after, look: JOBS_PER_SLICE },
        maxStackBytes: STACK_BYTES,
        ...(view.valueBytes > 0 && { maxValueBytes: view.valueBytes }),
      });
      const recent = found.jobs.filter(({ finishedAtMs }) => (finishedAtMs ?? 0) >= sinceMs);
      for (const row of recent) {
        const group = groupOf(row, view, clock.nowMs());
        const known = groups.get(group.fingerprint);
        groups.set(group.fingerprint, known === undefined ? group : addFailures(known, group));
      }
      standing.examined += found.examined;
      standing.after = found.next;
      // Newest first: what comes after the first that is too old is older still.
      return found.next !== null && recent.length === found.jobs.length;
    };

    let more = names.length > 0;
    while (more && !signal.aborted && groups.size < MAX_GROUPS && clock.monotonicMs() - startedMs < CALL_MS) {
      await gate.run(async () => {
        const beganMs = clock.monotonicMs();
        const before = standing.examined;
        const inQueue = await step();
        if (!inQueue) {
          const next = names.find((name) => name > standing.queueName);
          more = next !== undefined;
          standing.queueName = next ?? '';
          standing.after = null;
        }
        const restMs = pace.restAfter(beganMs, clock.monotonicMs(), standing.examined - before);
        if (restMs > 0) await rest(restMs, signal);
      });
    }
    const { examined, total } = standing;
    return {
      groups: [...groups.values()],
      examined,
      total: Math.max(total, examined),
      ...(more && { next: writeCursor(standing) }),
    };
  };
}

function groupOf(row: JobRow, view: JobView, nowMs: number): FailureGroup {
  const { queueName, jobId, name, finishedAtMs, addedAtMs, processedBy } = row;
  const error = view.summary(row).error ?? '';
  const { fingerprint, message, place } = view.signatureOf(row);
  const atMs = finishedAtMs ?? addedAtMs;
  const at = new Date(atMs);
  return {
    ...{ fingerprint, message, count: 1, firstSeen: at, lastSeen: at, lastHour: atMs > nowMs - HOUR_MS ? 1 : 0 },
    ...(place !== null && { place }),
    queues: [{ queueName, count: 1 }],
    workers: processedBy === null ? [] : [processedBy],
    example: { queueName, jobId, name, error, failedAt: at },
  };
}

function writeCursor({ queueName, after, examined, total }: Standing): string {
  return Buffer.from(JSON.stringify([queueName, after, examined, total])).toString('base64url');
}

function readCursor(text: string): Standing {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [queueName, after, examined, total] = Array.isArray(parts) ? parts : [];
    const sound = typeof queueName === 'string' && (after === null || typeof after === 'string');
    if (sound && [examined, total].every((count) => Number.isSafeInteger(count) && count >= 0)) {
      return { queueName, after, examined, total };
    }
  } catch {
    // Told below.
  }
  throw new Fault('invalid_input', 'This is no cursor of a look through failures.');
}
