import type { CleanSlice, JobSelection, QueueOperations, RetryFailure, RetrySlice, SliceRequest } from '@drover/core';
import { createRedisBackend } from 'bullmq';
import { withDeadline } from '../deadline.js';
import { decodeCursor, encodeCursor } from '../slice-cursor.js';
import { redisFault } from './faults.js';
import { cleanScript, retryScript } from './job-slices.js';
import { asArray, type RedisLink } from './redis-link.js';

/** Of jobs that need not match: 500 looks take Redis about a millisecond. */
const LOOK_AT = 500;
const PAUSE_DEADLINE_MS = 5000;
const PLACES_OF_JOBS = ['meta', 'wait', 'prioritized', 'active', 'delayed', 'completed', 'failed', 'waiting-children'];
const SET_START: readonly [from: string, id: string] = ['-inf', ''];
const LIST_START: readonly [from: string, id: string] = ['0', ''];

export class RedisQueueOperations implements QueueOperations {
  private readonly link: RedisLink;
  private readonly prefix: string;

  constructor(link: RedisLink, prefix: string) {
    this.link = link;
    this.prefix = prefix;
  }

  async knows(queueName: string): Promise<boolean> {
    const base = this.baseKey(queueName);
    return (await this.link.run((client) => client.exists(...PLACES_OF_JOBS.map((place) => base + place)))) > 0;
  }

  async setPaused(queueName: string, paused: boolean): Promise<boolean> {
    const wasPaused = await this.link.run((client) => client.hexists(`${this.baseKey(queueName)}meta`, 'paused'));
    this.link.requireConnection();
    const options = { connection: this.link.client, prefix: this.prefix, skipVersionCheck: true };
    const backend = createRedisBackend(queueName, options);
    // Unheard, an 'error' event would end the process; the call itself rejects as well.
    backend.on('error', () => undefined);
    try {
      await withDeadline(backend.pause(paused), PAUSE_DEADLINE_MS, this.link.address);
    } catch (error) {
      throw redisFault(error, this.link.address);
    } finally {
      await backend.close();
    }
    return wasPaused === 1;
  }

  async count(selection: JobSelection): Promise<number> {
    const { queueName, state, untilMs } = selection;
    if (state === 'completed' || state === 'failed') {
      return this.link.run((client) => client.zcount(this.baseKey(queueName) + state, '-inf', untilMs));
    }
    let total = 0;
    let after: string | null = null;
    do {
      const slice: CleanSlice = await this.slice(selection, 0, after);
      total += slice.removed;
      after = slice.next;
    } while (after !== null);
    return total;
  }

  clean(selection: JobSelection, { limit, after }: SliceRequest): Promise<CleanSlice> {
    return this.slice(selection, limit, after);
  }

  async retryFailed(queueName: string, untilMs: number, { limit, after }: SliceRequest): Promise<RetrySlice> {
    const [from, id] = decodeCursor(after, SET_START);
    const reply = await this.link.script(retryScript, [this.baseKey(queueName)], [untilMs, limit, from, id]);
    const [retried, failures, lastScore, lastId] = asArray(reply);
    const next = lastScore === undefined ? null : encodeCursor([String(lastScore), String(lastId)]);
    return { retried: Number(retried), failures: parseFailures(asArray(failures)), next };
  }

  /** With a limit of 0 counts instead. */
  private async slice({ queueName, state, untilMs }: JobSelection, limit: number, after: string | null) {
    const start = state === 'waiting' || state === 'active' ? ['list', ...LIST_START] : ['set', ...SET_START];
    const reply = await this.link.script(
      cleanScript,
      [this.baseKey(queueName)],
      [state, untilMs, limit, LOOK_AT, ...decodeCursor(after, start)],
    );
    const [removed, ...cursor] = asArray(reply);
    return { removed: Number(removed), next: cursor.length === 0 ? null : encodeCursor(cursor.map(String)) };
  }

  private baseKey(queueName: string): string {
    return `${this.prefix}:${queueName}:`;
  }
}

function parseFailures(flat: readonly unknown[]): RetryFailure[] {
  const failures: RetryFailure[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const reason = String(flat[index + 1]);
    failures.push({
      jobId: String(flat[index]),
      reason: reason === '-1' ? 'its data is gone from the engine' : reason,
    });
  }
  return failures;
}
