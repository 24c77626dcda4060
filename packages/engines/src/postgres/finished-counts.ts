import type { EngineLog } from '../engine-options.js';
import type { PostgresLink } from './postgres-link.js';

export interface FinishedCounts {
  readonly completed: number;
  readonly failed: number;
}

interface KnownCounts extends FinishedCounts {
  dueAtMs: number;
}

/** Index entries that one background pass may read: about 3 ms of the server. */
const ROWS_PER_PASS = 20_000;
/** A row counted costs about 0.1 µs: waiting a thousand times that keeps counting below a thousandth of a core. */
const REST_MS_PER_ROW = 0.1;
const MIN_REST_MS = 4000;

const countStatement = `
SELECT asked.queue,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'completed')::float8 AS completed,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'failed')::float8 AS failed
FROM unnest($1::text[]) AS asked(queue)`;

/**
 * Sizes of the kept sets. PostgreSQL has to count them row by row, so a queue met for the
 * first time is counted at once, and then again in the background: small sets every tick,
 * half a million rows once a minute. In between the last count is served.
 */
export class FinishedCounter {
  private readonly link: PostgresLink;
  private readonly log: EngineLog;
  private readonly known = new Map<string, KnownCounts>();
  private pass: Promise<void> | undefined;

  constructor(link: PostgresLink, log: EngineLog) {
    this.link = link;
    this.log = log;
  }

  /** The counts of every queue asked for; never waits for more than queues met for the first time. */
  async counts(queueNames: readonly string[]): Promise<ReadonlyMap<string, FinishedCounts>> {
    const unknown = queueNames.filter((name) => !this.known.has(name));
    if (unknown.length > 0) await this.count(unknown);
    this.startPass(queueNames);
    return this.known;
  }

  /** Forgets queues that are gone. */
  keepOnly(queueNames: ReadonlySet<string>): void {
    for (const name of this.known.keys()) if (!queueNames.has(name)) this.known.delete(name);
  }

  async settled(): Promise<void> {
    await this.pass;
  }

  private startPass(queueNames: readonly string[]): void {
    if (this.pass !== undefined) return;
    const due = this.chooseDue(queueNames);
    if (due.length === 0) return;
    this.pass = this.count(due)
      .catch((error: unknown) => this.log('debug', `finished jobs were not counted: ${error}`))
      .finally(() => {
        this.pass = undefined;
      });
  }

  /** The most overdue first, as many as the pass may read; always at least one. */
  private chooseDue(queueNames: readonly string[]): string[] {
    const nowMs = performance.now();
    const due = queueNames
      .flatMap((name) => {
        const known = this.known.get(name);
        return known !== undefined && known.dueAtMs <= nowMs ? [{ name, known }] : [];
      })
      .sort((a, b) => a.known.dueAtMs - b.known.dueAtMs);
    let rows = 0;
    return due
      .filter(({ known }, index) => {
        rows += known.completed + known.failed;
        return index === 0 || rows <= ROWS_PER_PASS;
      })
      .map(({ name }) => name);
  }

  private async count(queueNames: readonly string[]): Promise<void> {
    const rows = await this.link.query<{ queue: string } & FinishedCounts>(countStatement, [queueNames]);
    const nowMs = performance.now();
    for (const { queue, completed, failed } of rows) {
      const restMs = Math.max(MIN_REST_MS, (completed + failed) * REST_MS_PER_ROW);
      this.known.set(queue, { completed, failed, dueAtMs: nowMs + restMs });
    }
  }
}
