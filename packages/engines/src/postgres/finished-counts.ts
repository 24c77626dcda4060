import type { EngineLog } from '../engine-options.js';
import type { PostgresLink } from './postgres-link.js';

export interface FinishedCounts {
  readonly completed: number;
  readonly failed: number;
}

/** Index entries that a reading may count before it answers: about 3 ms of the server. */
const ROWS_PER_READING = 20_000;
/** A row counted costs about 0.1 µs: waiting a thousand times that keeps counting below a thousandth of a core. */
const REST_MS_PER_ROW = 0.1;
/** A count that ran into the statement timeout cost the server 15 s: not again at once. */
const REST_AFTER_FAILURE_MS = 300_000;

const countStatement = `
SELECT asked.queue,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'completed')::float8 AS completed,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'failed')::float8 AS failed
FROM unnest($1::text[]) AS asked(queue)`;

/** The order is the index's, so that the limit ends the scan whatever the planner knows of the table. */
const upTo = (state: string) =>
  `(SELECT count(*) FROM (
     SELECT FROM job WHERE job.queue = asked.queue AND state = '${state}' ORDER BY finished_at_ms DESC LIMIT $2
   ) AS first)::float8`;

const probeStatement = `
SELECT asked.queue, ${upTo('completed')} AS completed, ${upTo('failed')} AS failed
FROM unnest($1::text[]) AS asked(queue)`;

/**
 * Sizes of the kept sets. PostgreSQL has to count them row by row, so each reading counts the
 * small sets anew. The large ones are counted in the background, one queue at a time, half a
 * million rows once a minute, and served as last counted. A queue never met is probed for its
 * first rows; when there are more, its size is unknown until the background has counted it.
 */
export class FinishedCounter {
  private readonly link: Pick<PostgresLink, 'query'>;
  private readonly log: EngineLog;
  private readonly known = new Map<string, FinishedCounts>();
  /** When a set may be counted in the background again; at once for one that is not here. */
  private readonly dueAtMs = new Map<string, number>();
  private pass: Promise<void> | undefined;
  private stopped = false;

  constructor(link: Pick<PostgresLink, 'query'>, log: EngineLog) {
    this.link = link;
    this.log = log;
  }

  /** What is known of the sizes; a queue whose size is not known yet is missing. Never rejects. */
  async counts(queueNames: readonly string[]): Promise<ReadonlyMap<string, FinishedCounts>> {
    try {
      await this.probe(queueNames.filter((name) => !this.known.has(name) && !this.dueAtMs.has(name)));
      const [small, large] = this.split(queueNames);
      this.startPass(large);
      await this.count(small);
    } catch (error) {
      this.log('debug', `finished jobs were not counted: ${error}`);
    }
    return this.known;
  }

  /** Forgets queues that are gone. */
  keepOnly(queueNames: ReadonlySet<string>): void {
    for (const memory of [this.known, this.dueAtMs]) {
      for (const name of memory.keys()) if (!queueNames.has(name)) memory.delete(name);
    }
  }

  /** Resolves when no count runs in the background, and begins no other. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.pass;
  }

  /** Sizes of queues never met, as far as one reading's rows reach; the others are due in the background. */
  private async probe(queueNames: readonly string[]): Promise<void> {
    if (queueNames.length === 0) return;
    const rowsPerSet = Math.max(1, Math.floor(ROWS_PER_READING / 2 / queueNames.length));
    const rows = await this.link.query<{ queue: string } & FinishedCounts>(probeStatement, [queueNames, rowsPerSet]);
    for (const { queue, completed, failed } of rows) {
      if (completed < rowsPerSet && failed < rowsPerSet) this.remember(queue, { completed, failed });
      else this.dueAtMs.set(queue, 0);
    }
  }

  /** The smallest sets first, as many as a reading may count; one of unknown size is large. */
  private split(queueNames: readonly string[]): [small: string[], large: string[]] {
    const rowsOf = (name: string) => {
      const known = this.known.get(name);
      return known === undefined ? Number.POSITIVE_INFINITY : known.completed + known.failed;
    };
    let rows = 0;
    const small: string[] = [];
    const large: string[] = [];
    for (const name of [...queueNames].sort((a, b) => rowsOf(a) - rowsOf(b))) {
      rows += rowsOf(name);
      (rows <= ROWS_PER_READING ? small : large).push(name);
    }
    return [small, large];
  }

  /** Counts the large sets that are due, the most overdue first, unless a pass is under way. */
  private startPass(queueNames: readonly string[]): void {
    if (this.pass !== undefined || this.stopped) return;
    const dueOf = (name: string) => this.dueAtMs.get(name) ?? 0;
    const nowMs = performance.now();
    const due = queueNames.filter((name) => dueOf(name) <= nowMs).sort((a, b) => dueOf(a) - dueOf(b));
    if (due.length === 0) return;
    this.pass = this.countEach(due).finally(() => {
      this.pass = undefined;
    });
  }

  private async countEach(queueNames: readonly string[]): Promise<void> {
    for (const name of queueNames) {
      if (this.stopped) return;
      try {
        await this.count([name]);
      } catch (error) {
        this.dueAtMs.set(name, performance.now() + REST_AFTER_FAILURE_MS);
        this.log('debug', `finished jobs of ${name} were not counted: ${error}`);
        return;
      }
    }
  }

  private async count(queueNames: readonly string[]): Promise<void> {
    const rows = await this.link.query<{ queue: string } & FinishedCounts>(countStatement, [queueNames]);
    for (const { queue, completed, failed } of rows) this.remember(queue, { completed, failed });
  }

  private remember(queue: string, { completed, failed }: FinishedCounts): void {
    this.known.set(queue, { completed, failed });
    this.dueAtMs.set(queue, performance.now() + (completed + failed) * REST_MS_PER_ROW);
  }
}
