import {
  type AuditEntry,
  type Engine,
  Fault,
  type Fence,
  type FinishedSample,
  type FleetAssignment,
  type HostPresence,
  type LeaseGrant,
  type MetricPoint,
  type PublishedSnapshot,
  type QueueState,
  type SettingsDocument,
  type WorkerReport,
} from '@drover/core';
import { MemoryJobs } from './memory-jobs.js';
import { MemoryOperations } from './memory-operations.js';
import { MemoryRateLimiters } from './memory-rate-limiters.js';
import { MemoryRecords } from './memory-records.js';
import { MemorySchedules } from './memory-schedules.js';

/** An engine in memory, with its state in the open and faults on demand: for tests of what uses the ports. */
export class MemoryEngine implements Engine {
  readonly kind = 'redis';
  readonly address = 'memory';
  readonly queueStates = new Map<string, QueueState>();
  readonly unreadable = new Set<string>();
  readonly finished = new Map<string, FinishedSample[]>();
  readonly tended: string[] = [];
  /** When the delayed jobs of a queue come due. */
  readonly dueAtMs = new Map<string, number[]>();
  readonly points = new Map<string, MetricPoint[]>();
  readonly documents = new Map<string, SettingsDocument>();
  readonly auditEntries: AuditEntry[] = [];
  readonly reportsById = new Map<string, WorkerReport>();
  hosts: HostPresence[] = [];
  assignment: FleetAssignment = {};
  published: PublishedSnapshot | null = null;
  leaseHolder: { holder: string; epoch: number; untilMs: number } | null = null;
  warnings: string[] = [];
  /** Set to make every call fail, as when the engine is away. */
  away = false;
  /** Calls by name, to count what a tick costs. */
  readonly calls = new Map<string, number>();

  constructor(private readonly nowMs: () => number) {}

  readonly schedules = new MemorySchedules(() => this.nowMs());

  readonly queues: Engine['queues'] = {
    discover: () => this.answer('discover', () => [...this.queueStates.keys()].sort()),
    readStates: (names) =>
      this.answer('readStates', () =>
        names.map((queueName) => {
          const state = this.queueStates.get(queueName);
          if (this.unreadable.has(queueName)) {
            return { ok: false, queueName, fault: new Fault('internal', 'wrong kind of value') };
          }
          return { ok: true, queueName, state: state ?? emptyState(queueName) };
        }),
      ),
    countDue: (names, untilMs) =>
      this.answer('countDue', () => {
        const due = (name: string) => (this.dueAtMs.get(name) ?? []).filter((atMs) => atMs <= untilMs).length;
        return new Map(names.map((name) => [name, due(name)]));
      }),
    sampleFinished: (queueName, limit) =>
      this.answer('sampleFinished', () => (this.finished.get(queueName) ?? []).slice(0, limit)),
    tend: (queueName) =>
      this.answer('tend', () => {
        this.tended.push(queueName);
        return [];
      }),
  };

  /** What is watched, and the way to tell of it. */
  watched: ReadonlyMap<string, number> = new Map();
  private readonly demandListeners = new Set<(queueNames: readonly string[]) => void>();
  readonly demand: Engine['demand'] = {
    watch: (queues) => {
      this.watched = queues;
    },
    onDemand: (listener) => {
      this.demandListeners.add(listener);
      return () => this.demandListeners.delete(listener);
    },
  };

  tellDemand(...queueNames: string[]): void {
    for (const listener of this.demandListeners) listener(queueNames);
  }

  readonly operations = new MemoryOperations((name, act) => this.answer(name, act));

  readonly jobs = new MemoryJobs((name, act) => this.answer(name, act));

  readonly metrics: Engine['metrics'] = {
    append: (resolutionMs, points, fence) =>
      this.answer('append', () => {
        this.check(fence);
        for (const { series, point } of points) {
          const key = `${series}/${resolutionMs}`;
          const kept = (this.points.get(key) ?? []).filter(({ atMs }) => atMs !== point.atMs);
          this.points.set(
            key,
            [...kept, point].sort((a, b) => a.atMs - b.atMs),
          );
        }
      }),
    range: (series, resolutionMs, sinceMs, untilMs) =>
      this.answer('range', () => this.slice(series, resolutionMs, sinceMs, untilMs)),
    rangeMany: (names, resolutionMs, sinceMs, untilMs) =>
      this.answer('rangeMany', () => {
        const found = names.map((name) => [name, this.slice(name, resolutionMs, sinceMs, untilMs)] as const);
        return new Map(found.filter(([, points]) => points.length > 0));
      }),
    prune: (_nowMs, fence) => this.answer('prune', () => this.check(fence)),
  };

  readonly settings: Engine['settings'] = {
    get: (key) => this.answer('settings.get', () => this.documents.get(key) ?? null),
    list: (prefix) =>
      this.answer('settings.list', () => [...this.documents.values()].filter(({ key }) => key.startsWith(prefix))),
    put: (key, value, expectedVersion) =>
      this.answer('settings.put', () => {
        const version = this.documents.get(key)?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== version) throw new Fault('conflict', `${key} changed`);
        const document = { key, value, version: version + 1, updatedAtMs: this.nowMs() };
        this.documents.set(key, document);
        return document;
      }),
    delete: (key) => this.answer('settings.delete', () => this.documents.delete(key)),
    changesSince: () =>
      this.answer('settings.changesSince', () => ({
        revision: 0,
        documents: [...this.documents.values()],
        deleted: [],
      })),
  };

  readonly audit: Engine['audit'] = {
    append: (entries) => this.answer('audit.append', () => void this.auditEntries.push(...entries)),
    query: () => this.answer('audit.query', () => ({ entries: [], nextBeforeId: null })),
    prune: () => this.answer('audit.prune', () => undefined),
  };

  readonly records = new MemoryRecords((call, fence) => this.answer(call, () => fence && this.check(fence)));

  readonly limiters = new MemoryRateLimiters(() => this.nowMs());

  readonly lease: Engine['lease'] = {
    acquire: (name, holder, ttlMs) =>
      this.answer('lease.acquire', (): LeaseGrant | null => {
        const free = this.leaseHolder === null || this.leaseHolder.untilMs <= this.nowMs();
        if (!free && this.leaseHolder?.holder !== holder) return null;
        const epoch = (this.leaseHolder?.epoch ?? 0) + (this.leaseHolder?.holder === holder && !free ? 0 : 1);
        this.leaseHolder = { holder, epoch, untilMs: this.nowMs() + ttlMs };
        return { name, holder, epoch, expiresInMs: ttlMs };
      }),
    read: (name) =>
      this.answer('lease.read', () => {
        if (this.leaseHolder === null || this.leaseHolder.untilMs <= this.nowMs()) return null;
        const { holder, epoch, untilMs } = this.leaseHolder;
        return { name, holder, epoch, expiresInMs: untilMs - this.nowMs() };
      }),
    release: (_name, holder) =>
      this.answer('lease.release', () => {
        if (this.leaseHolder?.holder === holder) this.leaseHolder = { ...this.leaseHolder, untilMs: 0 };
      }),
  };

  readonly fleet: Engine['fleet'] = {
    readReports: () => this.answer('readReports', () => [...this.reportsById.values()]),
    forget: (workerId) => this.answer('forget', () => void this.reportsById.delete(workerId)),
    setDesired: (_workerId, desired) => this.answer('setDesired', () => ({ ...desired, version: 1 })),
    announceHost: (presence) => this.answer('announceHost', () => void this.hosts.push(presence)),
    withdrawHost: () => this.answer('withdrawHost', () => undefined),
    readHosts: () => this.answer('readHosts', () => this.hosts),
    assign: (assignment, fence) =>
      this.answer('assign', () => {
        this.check(fence);
        this.assignment = assignment;
      }),
    readAssignment: () => this.answer('readAssignment', () => this.assignment),
  };

  readonly snapshots: Engine['snapshots'] = {
    publish: (seq, bytes, fence) =>
      this.answer('publish', () => {
        this.check(fence);
        this.published = { seq, epoch: fence.epoch, bytes };
      }),
    readIfChanged: (held) =>
      this.answer('readIfChanged', () => {
        const same = held?.epoch === this.published?.epoch && held?.seq === this.published?.seq;
        return same ? null : this.published;
      }),
  };

  status(): ReturnType<Engine['status']> {
    return this.answer('status', () => ({
      kind: this.kind,
      address: this.address,
      version: '0',
      latencyMs: 0,
      clockSkewMs: 0,
      warnings: this.warnings,
    }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private slice(series: string, resolutionMs: number, sinceMs: number, untilMs: number): MetricPoint[] {
    const points = this.points.get(`${series}/${resolutionMs}`) ?? [];
    return points.filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs);
  }

  private check(fence: Fence): void {
    if (this.leaseHolder !== null && fence.epoch < this.leaseHolder.epoch) {
      throw new Fault('fenced', 'another leader took over');
    }
  }

  private async answer<T>(name: string, act: () => T): Promise<T> {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    if (this.away) throw new Fault('engine_unavailable', 'the engine is away');
    return act();
  }
}

export function emptyState(queueName: string): QueueState {
  return {
    queueName,
    waiting: 0,
    prioritized: 0,
    active: 0,
    delayed: 0,
    completed: 0,
    failed: 0,
    waitingChildren: 0,
    paused: false,
    oldestWaitingMs: null,
  };
}
