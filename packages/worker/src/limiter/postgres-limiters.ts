import {
  checkLimiterRequest,
  Fault,
  type LimiterAnswer,
  type LimiterGrant,
  type LimiterRequest,
  limiterFunctions,
  limitsInOrder,
  penaltyOf,
  type RateLimiter,
  readAnswer,
} from '@drover/core';
import type { ReportingPool } from '../fleet/postgres-fleet-member.js';

/** undefined_function and invalid_schema_name. */
const NOT_MIGRATED = new Set(['42883', '3F000']);

/** Limiters over the worker's own pool. */
export class PostgresLimiters implements RateLimiter {
  private readonly pool: ReportingPool;
  private readonly schema: string;

  constructor(pool: ReportingPool, schema: string) {
    this.pool = pool;
    this.schema = `"${schema.replaceAll('"', '""')}"`;
  }

  async acquire(request: LimiterRequest): Promise<LimiterAnswer> {
    checkLimiterRequest(request);
    const { name, windows, weights, delayed = 0, delayedMs = 0 } = request;
    const [row] = await this.call(
      `SELECT ARRAY[granted, wait_us, at_us, ticket] AS answer
       FROM ${this.schema}.${limiterFunctions.acquire}($1, $2, $3, $4, $5)`,
      [name, limitsInOrder(windows), delayed, Math.round(delayedMs), weights],
    );
    return readAnswer((row as { answer: unknown[] }).answer);
  }

  async release({ name, windows, ticket, weight }: LimiterGrant): Promise<void> {
    const statement = `SELECT ${this.schema}.${limiterFunctions.release}($1, $2, $3, $4)`;
    await this.call(statement, [name, limitsInOrder(windows), ticket, weight]);
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    await this.call(`SELECT ${this.schema}.${limiterFunctions.penalize}($1, $2)`, [name, penaltyOf(penaltyMs)]);
  }

  private async call(statement: string, values: unknown[]): Promise<readonly unknown[]> {
    try {
      return (await this.pool.query(statement, values)).rows;
    } catch (cause) {
      const code = String((cause as { code?: unknown } | null)?.code);
      const message = NOT_MIGRATED.has(code)
        ? "PostgreSQL has no limiters yet: Drover's control plane prepares them, start it once"
        : 'PostgreSQL did not answer for a limiter';
      throw new Fault('engine_unavailable', message, { cause });
    }
  }
}
