import { performance } from 'node:perf_hooks';
import { isPostgres } from '../fleet/join-fleet.js';

/** Beyond this, jobs would be taken from live workers: Drover's control plane refuses at the same. */
const MAX_SKEW_MS = 5_000;
const WARN_SKEW_MS = 1_000;

/**
 * How far the engine's clock is ahead of this machine's, in ms; 0 on Redis, which times the
 * locks of all workers itself. Takes a connection that is open already: opening one would
 * count as skew.
 */
export async function clockSkewMs(backend: object): Promise<number> {
  if (!isPostgres(backend)) return 0;
  const beganMs = performance.now();
  const statement = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms';
  const { rows } = await backend.connection.pool.query(statement, []);
  const [row] = rows as readonly { readonly ms: number }[];
  const tookMs = performance.now() - beganMs;
  return row === undefined ? 0 : Math.round(row.ms - (Date.now() - tookMs / 2));
}

/** fine: go on. off: worth a warning. refused: this worker would take running jobs from others. */
export function judgeSkew(skewMs: number): 'fine' | 'off' | 'refused' {
  const apartMs = Math.abs(skewMs);
  return apartMs > MAX_SKEW_MS ? 'refused' : apartMs > WARN_SKEW_MS ? 'off' : 'fine';
}
