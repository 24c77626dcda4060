import type { ChangeJobsResponse, QuarantineResponse } from '@drover/contract';
import { Fault, type JobGateway, type JobOutcome, PARKED_UNTIL_MS } from '@drover/core';
import type { QuarantineBook, QuarantineRecord } from './quarantine-book.js';

/** Within it every worker has looked at its documents: one that had not would put the job aside again. */
const WORKERS_LOOK_MS = 1_500;
const PAGE = 50;

export interface QuarantineService {
  /** Rejects with `invalid_input` for what is no cursor. */
  page(queueName: string | undefined, cursor: string | undefined): Promise<QuarantineResponse>;
  /** Runs them again, their crashes forgotten. Takes about 2 s, for all together. */
  release(ids: readonly string[]): Promise<ChangeJobsResponse>;
  /** Removes them; they are in the trash for a while. */
  discard(ids: readonly string[], actor: string): Promise<ChangeJobsResponse>;
}

export interface QuarantineServiceOptions {
  readonly book: QuarantineBook;
  readonly jobs: Pick<JobGateway, 'find' | 'act'>;
  /** Removes a job by way of the trash. */
  readonly remove: (queueName: string, jobId: string, actor: string) => Promise<ChangeJobsResponse>;
  /** Throws when this control plane may change nothing. */
  readonly requireSteering: () => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

export function createQuarantineService(options: QuarantineServiceOptions): QuarantineService {
  const { book, jobs, remove, requireSteering } = options;
  const sleep = options.sleep ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));

  const each = async (
    action: string,
    ids: readonly string[],
    act: (held: QuarantineRecord) => Promise<JobOutcome>,
    prepare: (held: readonly QuarantineRecord[]) => Promise<void> = async () => undefined,
  ): Promise<ChangeJobsResponse> => {
    const unique = [...new Set(ids)];
    const records = await Promise.all(unique.map((id) => book.get(id)));
    const held = records.filter((record) => record !== null);
    if (held.length > 0) await prepare(held);
    const errors: { jobId: string; error: string }[] = [];
    for (const [index, record] of records.entries()) {
      const id = unique[index] ?? '';
      if (record === null) errors.push({ jobId: id, error: 'It is no longer set aside.' });
      else {
        const outcome = await act(record);
        if (!outcome.done) errors.push({ jobId: record.jobId, error: outcome.reason });
      }
    }
    const [total, failed] = [unique.length, errors.length];
    return { success: true, action, total, done: total - failed, failed, ...(failed > 0 && { errors }) };
  };

  /** Back from where workers put it; one that they never came to is where it was. */
  const unpark = async (record: QuarantineRecord): Promise<JobOutcome> => {
    const [row] = await jobs.find([record]);
    if (row?.state !== 'delayed' || row.dueAtMs !== PARKED_UNTIL_MS) return { done: true };
    return jobs.act(record, { kind: 'promote' });
  };

  return {
    async page(queueName, cursor) {
      const found = await book.page(PAGE + 1, queueName, cursor === undefined ? undefined : readCursor(cursor));
      const shown = found.slice(0, PAGE);
      const rows = await jobs.find(shown);
      const last = shown.at(-1);
      return {
        jobs: shown.map((record, index) => toWire(record, rows[index]?.state)),
        afterCrashes: book.afterCrashes,
        ...(found.length > PAGE && last !== undefined && { next: `${last.sinceMs}:${last.id}` }),
      };
    },

    async release(ids) {
      requireSteering();
      return each(
        'release',
        ids,
        async (record) => {
          const outcome = await unpark(record);
          if (outcome.done || outcome.why === 'gone') await book.forget(record.id);
          return outcome;
        },
        async (held) => {
          await book.release(held);
          await sleep(WORKERS_LOOK_MS);
        },
      );
    },

    async discard(ids, actor) {
      requireSteering();
      return each('discard', ids, async (record) => {
        const { queueName, jobId } = record;
        const [row] = await jobs.find([record]);
        if (row) {
          const { failed, errors } = await remove(queueName, jobId, actor);
          if (failed > 0) return { done: false, why: 'refused', reason: errors?.[0]?.error ?? 'It was not removed.' };
        }
        await book.freeInWorkers([record]);
        await book.forget(record.id);
        return { done: true };
      });
    },
  };
}

function toWire(record: QuarantineRecord, state: QuarantineResponse['jobs'][number]['state']) {
  const { id, queueName, jobId, jobName, sinceMs, crashes } = record;
  return {
    ...{ id, queueName, jobId, name: jobName, since: new Date(sinceMs) },
    ...(state !== undefined && { state }),
    crashes: crashes.map(({ kind, workerId, host, startedAtMs, noticedAtMs, beside, ...memory }) => ({
      ...{ kind, workerId, host, beside, startedAt: new Date(startedAtMs), noticedAt: new Date(noticedAtMs) },
      ...{ rssMB: memory.rssMB, heapUsedMB: memory.heapUsedMB },
      ...(memory.memoryLimitMB !== null && { memoryLimitMB: memory.memoryLimitMB }),
    })),
  };
}

function readCursor(text: string): { atMs: number; id: string } {
  const found = /^(\d{1,15}):([\da-f]{40})$/.exec(text);
  if (found === null) throw new Fault('invalid_input', 'This is no cursor of the quarantine.');
  return { atMs: Number(found[1]), id: found[2] ?? '' };
}
