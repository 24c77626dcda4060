import {
  type Clock,
  Fault,
  type FleetRegistry,
  liveWorkers,
  type Recycle,
  recycleSlots,
  type WorkerReport,
} from '@drover/core';
import type { LiveTopics } from '../live-topics.js';
import { alreadyRecycling, type HeldRecycle, MAX_WORKER_ID, type RecycleBook } from './recycle-book.js';
import { tellWorker } from './recycle-teller.js';
import { recycleEvent } from './wire-recycle.js';

export interface RecycleWorkerDependencies {
  readonly fleet: Pick<FleetRegistry, 'readReports' | 'setDesired'>;
  readonly book: RecycleBook;
  readonly topics: LiveTopics;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface RecycleCommand {
  readonly workerId: string;
  readonly reason: string;
  readonly graceful: boolean;
  readonly requestedBy: string;
}

/**
 * Has a worker replaced, wherever it runs. Written down before it is told, so that the
 * leader goes on with it when this process dies in between.
 * Faults: `not_found`, `conflict` when it is being replaced, is ending, or is not Drover's.
 */
export async function recycleWorker(
  { fleet, book, topics, clock }: RecycleWorkerDependencies,
  command: RecycleCommand,
): Promise<Recycle> {
  const reports = await fleet.readReports();
  const report = await findRecyclable(reports, book, command.workerId);
  const nowMs = clock.nowMs();
  const requested: Recycle = {
    workerId: report.workerId,
    queueName: report.queueName,
    host: report.host,
    cause: 'command',
    reason: command.reason,
    status: 'requested',
    graceful: command.graceful,
    requestedBy: command.requestedBy,
    requestedAtMs: nowMs,
    toldAtMs: null,
    updatedAtMs: nowMs,
    jobsHandedBack: null,
    message: 'It waits for its turn: others of its queue are being recycled',
  };
  const mine = await book.begin(requested);
  topics.publish('workers', recycleEvent(requested));
  if (!(await isItsTurn(mine, reports, book))) return requested;
  const told: Recycle = { ...requested, toldAtMs: nowMs, message: announced(requested, report) };
  // Written by somebody else meanwhile: the leader, who has told it.
  if ((await book.update(mine, told)) !== null) await tellWorker(fleet, told, report);
  return told;
}

async function findRecyclable(
  reports: readonly WorkerReport[],
  book: RecycleBook,
  workerId: string,
): Promise<WorkerReport> {
  const report = reports.find((one) => one.workerId === workerId);
  if (report === undefined) {
    throw new Fault('not_found', `There is no worker ${workerId}.`, { details: { workerId } });
  }
  const { state, owner, host, pid } = report;
  if (owner === 'application' || workerId.length > MAX_WORKER_ID) {
    throw new Fault(
      'conflict',
      `The worker ${workerId} lives in a process of your application (pid ${pid} on ${host}), which Drover does not own. ` +
        'Restart that process, or run the queue with `drover worker`.',
      { details: { owner, host, pid } },
    );
  }
  if (report.recycle !== undefined && state !== 'stopped') throw alreadyRecycling(await book.find(workerId), workerId);
  if (state === 'draining' || state === 'stopped') {
    const how = state === 'stopped' ? 'has ended' : 'is ending already';
    throw new Fault('conflict', `The worker ${workerId} ${how}.`, { details: { state } });
  }
  return report;
}

/** Two control planes that ask this at the same time see each other's request, and agree who is first. */
async function isItsTurn(
  { recycle }: HeldRecycle,
  reports: readonly WorkerReport[],
  book: RecycleBook,
): Promise<boolean> {
  const { queueName, workerId } = recycle;
  const own = reports.filter(({ owner }) => owner === 'drover');
  const open = (await book.open(queueName)).map((held) => held.recycle);
  const place = open.findIndex((one) => one.workerId === workerId);
  const ahead = open.filter((one, index) => one.workerId !== workerId && (one.toldAtMs !== null || index < place));
  return ahead.length < recycleSlots(liveWorkers(own, queueName));
}

function announced({ graceful }: Recycle, { active }: WorkerReport): string {
  const jobs = active === 1 ? 'its job' : `its ${active} jobs`;
  if (active === 0) return 'It is told to end';
  return graceful ? `It is told to end after ${jobs}` : `It aborts ${jobs}: ${active} will run again`;
}
