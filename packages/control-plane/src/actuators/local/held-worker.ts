import type { SupervisedMember, WorkerReport } from '@drover/core';
import type { ProcessTable } from './process-table.js';
import type { WorkerChild } from './worker-child.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Beginning = Pick<SupervisedMember, 'workerId' | 'queueName' | 'pid'>;

/** For an adopted worker of an earlier version, which does not report its grace. */
const UNREPORTED_GRACE_MS = 60_000;

/** One worker in a supervisor's hands: what is known of it, and the way to reach its process. */
export class HeldWorker {
  readonly member: Mutable<SupervisedMember>;
  private readonly processes: ProcessTable;
  /** `null` for an adopted worker, which has no channel to us. */
  private child: WorkerChild | null = null;
  /** An adopted worker drains by the grace it was started with, whatever is wanted now; `null` for others. */
  private ownGraceMs: number | null = null;
  private reportedAtMs = 0;

  private constructor(member: SupervisedMember, processes: ProcessTable) {
    this.member = { ...member };
    this.processes = processes;
  }

  static started(worker: Beginning, processes: ProcessTable, nowMs: number): HeldWorker {
    return new HeldWorker(beginning(worker, nowMs), processes);
  }

  static adopted(report: WorkerReport, processes: ProcessTable, nowMs: number): HeldWorker {
    const { workerId, queueName, pid, active, state, reportedAtMs } = report;
    const held = new HeldWorker(
      { ...beginning({ workerId, queueName, pid }, nowMs), adopted: true, active },
      processes,
    );
    held.reportedAtMs = reportedAtMs;
    held.ownGraceMs = report.graceMs ?? UNREPORTED_GRACE_MS;
    if (report.recycle !== undefined) held.member.recycle = report.recycle.reason;
    if (state === 'ready') held.member.phase = 'ready';
    if (state === 'draining') held.markDraining(held.ownGraceMs, nowMs);
    return held;
  }

  /** Gives it the process that was started for it. */
  attach(child: WorkerChild): void {
    this.child = child;
  }

  heard(active: number, nowMs: number): void {
    this.member.heardAtMs = nowMs;
    this.member.warned = false;
    this.member.active = active;
  }

  /** Takes in what an adopted worker reported; the same report again says nothing new. */
  read(report: WorkerReport, graceMs: number, nowMs: number): void {
    if (report.reportedAtMs === this.reportedAtMs) return;
    this.reportedAtMs = report.reportedAtMs;
    this.heard(report.active, nowMs);
    if (report.state === 'ready' && this.member.phase === 'starting') this.member.phase = 'ready';
    // Told to it over the fleet; it waits for us to start the replacement.
    if (report.recycle !== undefined) this.member.recycle = report.recycle.reason;
    if (report.state === 'draining') this.markDraining(graceMs, nowMs);
  }

  /** Silence that had another cause than the worker does not count against it. */
  forgiveSilence(ms: number): void {
    this.member.heardAtMs += ms;
  }

  markDraining(graceMs: number, nowMs: number): void {
    if (this.member.drain !== null) return;
    this.member.phase = 'draining';
    this.member.drain = { sinceMs: nowMs, graceMs: this.ownGraceMs ?? graceMs };
  }

  drain(graceMs: number, reason: string, nowMs: number): void {
    this.markDraining(graceMs, nowMs);
    if (this.child !== null) this.child.drain(graceMs, reason);
    else this.signal('SIGTERM');
  }

  kill(): void {
    this.member.killed = true;
    if (this.child !== null) this.child.kill();
    else this.signal('SIGKILL');
  }

  /** False once an adopted worker's process is gone; a started one tells by its exit. */
  get isThere(): boolean {
    return this.child !== null || this.processes.runsWorker(this.member.pid, this.member.workerId);
  }

  private signal(signal: NodeJS.Signals): void {
    // Its pid may be somebody else's by now.
    if (this.isThere) this.processes.signal(this.member.pid, signal);
  }
}

function beginning(worker: Beginning, nowMs: number): SupervisedMember {
  return {
    ...worker,
    phase: 'starting',
    adopted: false,
    startedAtMs: nowMs,
    heardAtMs: nowMs,
    warned: false,
    active: 0,
    drain: null,
    recycle: null,
    killed: false,
  };
}
