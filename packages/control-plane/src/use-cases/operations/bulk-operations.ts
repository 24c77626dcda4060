import { randomBytes } from 'node:crypto';
import type { OperationDetail, OperationsQuery, OperationsResponse, StartOperationRequest } from '@drover/contract';
import {
  type Clock,
  Fault,
  isOpen,
  type Operation,
  type QueueGateway,
  type QueueOperations,
  type QueuePart,
} from '@drover/core';
import { countIn } from '../jobs/search-jobs.js';
import { canaryOf, choiceOf, isEverything, takeCounted } from './job-choices.js';
import type { HeldOperation, OperationStore } from './operation-store.js';
import { detailOf, summaryOf } from './operation-wire.js';

export interface BulkOperationOptions {
  readonly store: OperationStore;
  readonly operations: QueueOperations;
  readonly queues: Pick<QueueGateway, 'discover' | 'readStates'>;
  readonly clock: Clock;
  /** Throws when this control plane may change nothing. */
  readonly requireSteering: () => void;
  /** Told of each that is new. */
  readonly onCreated: (held: HeldOperation) => void;
}

/** Who asks, as the record names them. */
export interface Requester {
  readonly actor: string;
  readonly role: string;
}

/** Operations over many queues or jobs: asked for here, worked on by whichever control plane has their lease. */
export interface BulkOperations {
  start(request: StartOperationRequest, requester: Requester): Promise<OperationDetail>;
  list(query: OperationsQuery): Promise<OperationsResponse>;
  get(id: string): Promise<OperationDetail>;
  /** Asks for it to end at its next slice; rejects with `conflict` when it has ended. */
  cancel(id: string, requester: Requester): Promise<OperationDetail>;
}

const MAX_QUEUES = 1_000;
const DEFAULT_PAGE = 50;
const COUNTS_AT_ONCE = 4;
/** What could not be counted by then is counted by whoever works on it. */
const COUNT_DEADLINE_MS = 8_000;

export function createBulkOperations(options: BulkOperationOptions): BulkOperations {
  const { store, operations, queues, clock, requireSteering, onCreated } = options;

  const find = async (id: string): Promise<HeldOperation> => {
    const held = await store.get(id);
    if (held !== null) return held;
    throw new Fault('not_found', `There is no operation ${id}: its result was kept for 30 days.`, {
      details: { operationId: id },
    });
  };

  const namesOf = async ({ queues: asked, matching }: StartOperationRequest): Promise<readonly string[]> => {
    if (asked !== undefined) {
      const names = [...new Set(asked)];
      const known = await Promise.all(names.map((name) => operations.knows(name)));
      const unknown = names.filter((_, index) => !known[index]);
      if (unknown.length === 0) return names;
      const some = unknown.slice(0, 3).map((name) => `"${name}"`);
      const told = `${some.join(', ')}${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ''}`;
      throw new Fault('not_found', `There is no queue named ${told}. Nothing was started.`, {
        details: { queues: unknown.slice(0, 100) },
      });
    }
    const names = (await queues.discover()).filter((name) => matchesPattern(name, matching ?? '*'));
    if (names.length === 0) throw new Fault('not_found', `No queue matches "${matching}". Nothing was started.`);
    if (names.length <= MAX_QUEUES) return names;
    throw new Fault('too_large', `${names.length} queues match "${matching}"; one operation takes ${MAX_QUEUES}.`);
  };

  /** The blast radius of each queue, as far as it can be told in time. */
  const countAll = async (operation: Operation): Promise<readonly QueuePart[]> => {
    const { kind, untilMs, options: chosen, choice } = operation;
    if (choice !== undefined) {
      const readings = await queues.readStates(
        operation.queues.map(({ queueName }) => queueName),
        clock.nowMs(),
      );
      return operation.queues.map((part, index) => {
        const reading = readings[index];
        if (reading?.ok !== true) return part;
        const held = countIn(reading.state, choice.states);
        return { ...part, held, ...(isEverything(choice) && !operation.dryRun && { matched: held }) };
      });
    }
    if (kind === 'pause' || kind === 'resume') return operation.queues.map((part) => ({ ...part, matched: 1 }));
    const state = kind === 'clean' ? (chosen.status ?? 'failed') : 'failed';
    const deadlineMs = clock.monotonicMs() + COUNT_DEADLINE_MS;
    const counted: QueuePart[] = [...operation.queues];
    const waiting = [...counted.entries()];
    const countNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (clock.monotonicMs() > deadlineMs) return;
        const [index, part] = next;
        const { queueName } = part;
        counted[index] = { ...part, matched: await operations.count({ queueName, state, untilMs }) };
      }
    };
    await Promise.all(Array.from({ length: COUNTS_AT_ONCE }, countNext));
    return counted;
  };

  return {
    async start(request, { actor, role }) {
      const choice = choiceOf(request);
      // A dry run touches nothing; chosen jobs are counted by whoever works on operations.
      if (request.dryRun !== true || choice !== undefined) requireSteering();
      const names = await namesOf(request);
      const { status, grace, limit } = request.options ?? {};
      const requestedAtMs = clock.nowMs();
      const dryRun = request.dryRun ?? false;
      const asked: Operation = {
        ...{ kind: request.kind, dryRun, requestedBy: actor, role, requestedAtMs },
        options: {
          ...(status !== undefined && { status }),
          ...(grace !== undefined && { graceMs: grace }),
          ...(limit !== undefined && { limit }),
        },
        ...{ state: 'queued', untilMs: requestedAtMs - (grace ?? 0), resumes: 0, errors: [] },
        ...(choice && { choice, ...canaryOf(request.jobs) }),
        queues: names.map(newPart),
      };
      const counted = { ...asked, queues: await countAll(asked) };
      const before = choice && request.jobs?.counted;
      const operation =
        before !== undefined
          ? takeCounted(counted, await find(before))
          : dryRun && choice === undefined
            ? asDryRun(counted, requestedAtMs)
            : counted;
      const held = await store.create(newId(requestedAtMs), operation);
      onCreated(held);
      return detailOf(held);
    },

    async list({ limit = DEFAULT_PAGE, before, queueName }) {
      const from = before === undefined ? undefined : await find(before);
      const [found, total] = await Promise.all([store.list(limit + 1, from), store.count()]);
      // The page is of all operations, and what is not asked for left out of it: its size bounds what one call reads.
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const wanted = page.filter(({ operation }) => queueName === undefined || touches(operation, queueName));
      return {
        operations: wanted.map(summaryOf),
        total,
        ...(found.length > limit && last !== undefined && { next: last.id }),
      };
    },

    get: async (id) => detailOf(await find(id)),

    async cancel(id, { actor }) {
      for (;;) {
        const held = await find(id);
        if (!isOpen(held.operation)) {
          throw new Fault('conflict', `Operation ${id} has ended already: it is ${held.operation.state}.`, {
            details: { operationId: id, state: held.operation.state },
          });
        }
        const cancel = held.operation.cancel ?? { by: actor, atMs: clock.nowMs() };
        // Over the version read: whoever works on it writes too, and neither may lose the other's word.
        const saved = await store.save(held, { ...held.operation, cancel });
        if (saved !== null) return detailOf(saved);
      }
    },
  };
}

/** `*` stands for any characters; everything else for itself. */
export function matchesPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let from = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at === -1 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}

function touches({ queues }: Operation, queueName: string): boolean {
  return queues.some((part) => part.queueName === queueName);
}

function newPart(queueName: string): QueuePart {
  return { queueName, state: 'pending', matched: null, done: 0, failed: 0, uncounted: 0, after: null };
}

function asDryRun(operation: Operation, nowMs: number): Operation {
  const message = operation.queues.some(({ matched }) => matched === null)
    ? 'Not all queues could be counted in time: the total is more.'
    : 'Counted only: nothing was touched.';
  return { ...operation, state: 'done', startedAtMs: nowMs, finishedAtMs: nowMs, message };
}

/** Sorts by time, and says so; unique among control planes. */
function newId(nowMs: number): string {
  return `op-${nowMs.toString(36)}-${randomBytes(5).toString('hex')}`;
}
