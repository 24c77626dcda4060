import type { EngineLog } from '../engine-options.js';
import type { PostgresLink } from './postgres-link.js';

export interface FinishedCounts {
  readonly completed: number;
  readonly failed: number;
}

interface KnownCounts extends FinishedCounts {
  dueAtMs: number;
}

/** Index entries that a reading may count before it answers: about 3 ms of the server. */
const ROWS_PER_READING = 20_000;
/** A row counted costs about 0.1 µs: waiting a thousand times that keeps counting below a thousandth of a core. */
const REST_MS_PER_ROW = 0.1;

const countStatement = `
SELECT asked.queue,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'completed')::float8 AS completed,
  (SELECT count(*) FROM job WHERE job.queue = asked.queue AND state = 'failed')::float8 AS failed
FROM unnest($1::text[]) AS asked(queue)`;

/**
 * Sizes of the kept sets. PostgreSQL has to count them row by row, so each reading counts the
 * small sets anew, and queues it has never met. The large ones are counted in the background,
 * half a million rows once a minute, and served as last counted.
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

  async counts(queueNames: readonly string[]): Promise<ReadonlyMap<string, FinishedCounts>> {
    const [small, large] = this.split(queueNames);
    this.startPass(large);
    await this.count(small);
    return this.known;
  }

  /** Forgets queues that are gone. */
  keepOnly(queueNames: ReadonlySet<string>): void {
    for (const name of this.known.keys()) if (!queueNames.has(name)) this.known.delete(name);
  }

  /** Resolves when no count runs in the background. */
  async settled(): Promise<void> {
    await this.pass;
  }

  /** The smallest sets first, as many as a reading may count; an unknown size counts as none. */
  private split(queueNames: readonly string[]): [small: string[], large: string[]] {
    const rowsOf = (name: string) => {
      const known = this.known.get(name);
      return known === undefined ? 0 : known.completed + known.failed;
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

  /** Counts the most overdue of the large sets, unless a count is under way or none is due. */
  private startPass(queueNames: readonly string[]): void {
    if (this.pass !== undefined) return;
    const dueAtMs = (name: string) => this.known.get(name)?.dueAtMs ?? 0;
    const [first] = [...queueNames].sort((a, b) => dueAtMs(a) - dueAtMs(b));
    if (first === undefined || dueAtMs(first) > performance.now()) return;
    this.pass = this.count([first])
      .catch((error: unknown) => this.log('debug', `finished jobs of ${first} were not counted: ${error}`))
      .finally(() => {
        this.pass = undefined;
      });
  }

  private async count(queueNames: readonly string[]): Promise<void> {
    const rows = await this.link.query<{ queue: string } & FinishedCounts>(countStatement, [queueNames]);
    const nowMs = performance.now();
    for (const { queue, completed, failed } of rows) {
      this.known.set(queue, { completed, failed, dueAtMs: nowMs + (completed + failed) * REST_MS_PER_ROW });
    }
  }
}
