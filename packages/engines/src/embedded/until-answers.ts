import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@drover/core';
import pg from 'pg';
import type { EngineLog } from '../engine-options.js';

const CANNOT_CONNECT_NOW = '57P03';
const POLL_MS = 25;
const RECOVERY_POLL_MS = 250;
const RECOVERY_LOG_MS = 10_000;

export interface Patience {
  /** How long no answer at all is put up with. */
  readonly timeoutMs: number;
  readonly log: EngineLog;
  /** Ends the waiting: another server may get the port, and would be offered the password. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the server answers a query, or the signal has come. Rejects with `engine_unavailable` when it refuses
 * the password, or has not answered within `timeoutMs`; while it replays its log, which takes
 * as long as it takes, it answers just that, and is waited for.
 */
export async function untilAnswers(url: string, { timeoutMs, log, signal }: Patience): Promise<void> {
  const startMs = performance.now();
  let silentSinceMs = startMs;
  let loggedMs = startMs;
  while (!signal.aborted) {
    const cause = await connectionError(url);
    if (cause === null) return;
    const nowMs = performance.now();
    const recovers = codeOf(cause) === CANNOT_CONNECT_NOW;
    if (recovers) {
      silentSinceMs = nowMs;
      if (nowMs - loggedMs >= RECOVERY_LOG_MS) {
        loggedMs = nowMs;
        log('info', `the embedded PostgreSQL is still recovering after ${Math.round((nowMs - startMs) / 1000)} s`);
      }
    } else if (nowMs - silentSinceMs > timeoutMs || isRefusal(cause)) {
      throw new Fault('engine_unavailable', 'The embedded PostgreSQL does not answer.', { cause });
    }
    await pause(recovers ? RECOVERY_POLL_MS : POLL_MS);
  }
}

async function connectionError(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Refused is an answer, and the same one every time. */
function isRefusal(error: unknown): boolean {
  return codeOf(error).startsWith('28');
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? '');
}
