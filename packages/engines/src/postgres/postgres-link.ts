import { type PgPool, quoteSchemaName } from 'bullmq';
import pg from 'pg';
import type { EngineLog } from '../engine-options.js';
import { postgresFault } from './faults.js';
import { answersConnection, SilenceWatch } from './silence-watch.js';

const CONNECT_TIMEOUT_MS = 5000;
/** Longer than any statement of ours takes; BullMQ's clean-ups of large queues fit too. */
const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_TIMEOUT_MS = 30_000;

export interface PostgresLinkOptions {
  readonly url: string;
  readonly address: string;
  /** BullMQ's schema: the pool is handed to BullMQ, whose statements name no schema. */
  readonly schema: string;
  readonly maxConnections: number;
  readonly log: EngineLog;
}

/**
 * The process's one pool, shared by Drover's ports and BullMQ's classes: each of those
 * would open several connections of its own, and a PostgreSQL has about a hundred.
 */
export class PostgresLink {
  readonly address: string;
  readonly pool: pg.Pool;
  private readonly silence: SilenceWatch;

  constructor({ url, address, schema, maxConnections, log }: PostgresLinkOptions) {
    this.address = address;
    this.pool = new pg.Pool({
      connectionString: url,
      // Compiling a statement costs more than any of ours runs.
      options: `-c search_path=${quoteSchemaName(schema)} -c jit=off`,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'drover',
    });
    // Unheard, the loss of a connection would end the process: also of one that is checked out
    // and idle between two statements, to which the pool does not listen, nor does BullMQ.
    this.pool.on('connect', (client) => {
      client.on('error', (error) => log('debug', postgresFault(error, address).message));
    });
    this.pool.on('error', () => undefined);
    const probe = (withinMs: number) => answersConnection(url, withinMs);
    this.silence = new SilenceWatch({ address, pool: this.pool, probe, log });
  }

  /** The pool as BullMQ declares it: a `pg.Pool` is one, but lacks the index signature that TypeScript asks for. */
  get sharedPool(): PgPool {
    return this.pool as unknown as PgPool;
  }

  /** Runs one statement; whatever the driver throws becomes a fault. */
  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      return await this.silence.during(async () => (await this.pool.query<Row>(text, [...values])).rows);
    } catch (error) {
      throw postgresFault(error, this.address);
    }
  }

  /** Runs several statements in one transaction on one connection. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      return await this.silence.during(() => this.inTransaction(work));
    } catch (error) {
      throw postgresFault(error, this.address);
    }
  }

  private async inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: unknown;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: unknown) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken !== undefined);
    }
  }

  async close(): Promise<void> {
    this.silence.stop();
    if (!this.pool.ending) await this.pool.end();
  }
}
