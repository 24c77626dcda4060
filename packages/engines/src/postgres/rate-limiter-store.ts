import {
  checkLimiterRequest,
  LIMITER_IDLE_MS,
  type LimiterAnswer,
  type LimiterGrant,
  type LimiterRequest,
  type LimiterStanding,
  limitsInOrder,
  newLimiter,
  penaltyOf,
  type RateLimiterStore,
  readAnswer,
  readStanding,
  standingOf,
  windowLengthMs,
  windowNames,
} from '@drover/core';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

export class PostgresRateLimiterStore implements RateLimiterStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async acquire(request: LimiterRequest): Promise<LimiterAnswer> {
    checkLimiterRequest(request);
    const { name, windows, weights, delayed = 0, delayedMs = 0 } = request;
    const [row] = await this.link.query<{ answer: number[] }>(
      `SELECT ARRAY[granted, wait_us, at_us, ticket] AS answer FROM ${this.tables.limiterAcquire}($1, $2, $3, $4, $5)`,
      [name, limitsInOrder(windows), delayed, Math.round(delayedMs), weights],
    );
    return readAnswer(row?.answer ?? []);
  }

  async release({ name, windows, ticket, weight }: LimiterGrant): Promise<void> {
    await this.link.query(`SELECT ${this.tables.limiterRelease}($1, $2, $3, $4)`, [
      name,
      limitsInOrder(windows),
      ticket,
      weight,
    ]);
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    await this.link.query(`SELECT ${this.tables.limiterPenalize}($1, $2)`, [name, penaltyOf(penaltyMs)]);
  }

  async status(names: readonly string[]): Promise<readonly LimiterStanding[]> {
    const rows = await this.link.query<{ name: string | null; numbers: number[] }>(
      `WITH clock AS MATERIALIZED (
         SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS raw_us
       ), limiter AS MATERIALIZED (
         SELECT limiter.*, clock.raw_us AS at_us,
           ${this.tables.limiterTime}(clock.raw_us, limiter.raw_us, limiter.now_us) AS at_now_us
         FROM clock LEFT JOIN ${this.tables.limiter} AS limiter ON limiter.name = ANY ($1)
       )
       SELECT limiter.name, ARRAY[at_us, at_now_us, penalty_until_us, allowed, delayed, delayed_ms]::float8[] || (
         SELECT array_agg(number ORDER BY place, part) FROM (
           SELECT place, unnest(ARRAY[1, 2, 3]) AS part, unnest(ARRAY[
             coalesce(entries.weight, 0) + open.weight,
             coalesce(entries.first_us, tail_at[place]),
             CASE WHEN open.weight > 0 THEN tail_at[place] ELSE coalesce(entries.last_us, 0) END
           ])::float8 AS number
           FROM unnest($2::bigint[]) WITH ORDINALITY AS length(us, place)
           CROSS JOIN LATERAL (
             SELECT CASE WHEN tail_at[place] + length.us > at_now_us THEN tail_weight[place] ELSE 0 END AS weight
           ) AS open
           CROSS JOIN LATERAL (
             SELECT sum(weight) AS weight, min(entry.at_us) AS first_us, max(entry.at_us) AS last_us
             FROM ${this.tables.limiterEntry} AS entry
             WHERE entry.name = limiter.name AND entry.place = length.place AND entry.at_us > at_now_us - length.us
           ) AS entries
         ) AS parts
       ) AS numbers
       FROM limiter`,
      [names, windowNames.map((window) => windowLengthMs[window] * 1_000)],
    );
    const standings = new Map(rows.map(({ name, numbers }) => [name ?? '', readStanding(name ?? '', numbers)]));
    const atUs = Number(rows[0]?.numbers[0] ?? 0);
    return names.map((name) => standings.get(name) ?? standingOf(name, newLimiter, atUs));
  }

  async prune(): Promise<void> {
    await this.link.query(
      `WITH idle AS (
         DELETE FROM ${this.tables.limiter}
         WHERE raw_us < extract(epoch FROM clock_timestamp() - $1 * interval '1 millisecond') * 1000000
           AND penalty_until_us < extract(epoch FROM clock_timestamp()) * 1000000
         RETURNING name
       )
       DELETE FROM ${this.tables.limiterEntry} AS entry USING idle WHERE entry.name = idle.name`,
      [LIMITER_IDLE_MS],
    );
  }
}
