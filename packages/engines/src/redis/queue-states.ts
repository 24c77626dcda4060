import type { WaitingJob } from '../bullmq/waiting-since.js';
import { RedisScript } from './redis-link.js';

/** What the one look of a reading was at. */
export type Look =
  | { readonly at: 'next' | 'far end'; readonly job: WaitingJob }
  /** The first priority in use above `above`; `null` when there is none. */
  | {
      readonly at: 'priority';
      readonly above: number;
      readonly priority: number | null;
      readonly job: WaitingJob | null;
    };

export interface ScriptedState {
  readonly wait: number;
  readonly active: number;
  readonly prioritized: number;
  readonly delayed: number;
  readonly completed: number;
  readonly failed: number;
  readonly waitingChildren: number;
  readonly paused: boolean;
  /** Where the next call shall look; see `queueStatesScript`. `null` when this one did not look. */
  readonly cursor: number | null;
  /** `null` when nothing waits, or nobody looked. */
  readonly look: Look | null;
}

/**
 * Reads a batch of queues. KEYS: each queue's base key (`bull:name:`). ARGV: each queue's cursor.
 *
 * Eight commands count a queue, two look at one of its oldest jobs: a tick's share of
 * Redis is bounded, so the cursor walks through the places where such a job can be, one a
 * reading. Jobs without priority stand in the list `wait`: workers take from the right, jobs
 * are pushed left (last-in-first-out jobs right, so their oldest is at the far, left end),
 * and a paused queue keeps them there. Prioritized jobs stand in a sorted set, score
 * priority * 2^32 + counter: the head of one priority is the first score from there on.
 *
 * Cursor: -3 no look, -2 the next job of the list, -1 its far end, n >= 0 the first priority
 * above n.
 *
 * A queue that cannot be read (a key of another type under its name) answers with its error
 * and leaves the rest of the batch alone.
 */
export const queueStatesScript = new RedisScript(`
local call = redis.call
local NO_LOOK, NEXT, FAR_END, CLASS = -3, -2, -1, 4294967296

local function job(base, id)
  return call('HMGET', base .. id, 'timestamp', 'opts', 'processedOn', 'ats')
end

local function look(base, wait, prioritized, cursor)
  if wait == 0 and cursor < 0 then cursor = 0 end
  if wait <= 1 and cursor == FAR_END then cursor = NEXT end
  if prioritized == 0 and cursor >= 0 then cursor = NEXT end
  if cursor < 0 then
    local id = call('LINDEX', base .. 'wait', cursor == NEXT and -1 or 0)
    local following = NEXT
    if cursor == NEXT and prioritized > 0 then following = 0
    elseif cursor == NEXT then following = FAR_END end
    return following, cursor, -1, id and job(base, id)
  end
  local from = string.format('%.0f', (cursor + 1) * CLASS)
  local found = call('ZRANGEBYSCORE', base .. 'prioritized', from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if not found[1] then return FAR_END, cursor, -1, false end
  local priority = math.floor(tonumber(found[2]) / CLASS)
  return priority, cursor, priority, job(base, found[1])
end

local function read(base, cursor)
  local wait = call('LLEN', base .. 'wait')
  local prioritized = call('ZCARD', base .. 'prioritized')
  local row = {
    wait, call('LLEN', base .. 'active'), prioritized, call('ZCARD', base .. 'delayed'),
    call('ZCARD', base .. 'completed'), call('ZCARD', base .. 'failed'),
    call('ZCARD', base .. 'waiting-children'), call('HEXISTS', base .. 'meta', 'paused'),
  }
  if cursor ~= NO_LOOK and wait + prioritized > 0 then
    row[9], row[10], row[11], row[12] = look(base, wait, prioritized, cursor)
  end
  return row
end

local rows = {}
for index, base in ipairs(KEYS) do
  local ok, row = pcall(read, base, tonumber(ARGV[index]))
  if ok then rows[index] = row
  else rows[index] = type(row) == 'table' and (row.err or 'unknown error') or tostring(row) end
end
return rows
`);

/** Where the first reading of a queue looks. */
export const FIRST_CURSOR = -2;
/** Counts a queue without a look at its oldest jobs. */
export const NO_LOOK = -3;

/** Reads one row of the script's answer; a string is the error that the queue met. */
export function parseStateRow(row: unknown): ScriptedState | string {
  if (!Array.isArray(row)) return String(row);
  const count = (index: number) => Number(row[index]);
  return {
    wait: count(0),
    active: count(1),
    prioritized: count(2),
    delayed: count(3),
    completed: count(4),
    failed: count(5),
    waitingChildren: count(6),
    paused: count(7) === 1,
    cursor: row.length > 8 ? count(8) : null,
    look: row.length > 8 ? parseLook(count(9), count(10), parseJob(row[11])) : null,
  };
}

function parseLook(cursor: number, priority: number, job: WaitingJob | null): Look | null {
  if (cursor >= 0) return { at: 'priority', above: cursor, priority: priority < 0 ? null : priority, job };
  return job === null ? null : { at: cursor === FIRST_CURSOR ? 'next' : 'far end', job };
}

function parseJob(value: unknown): WaitingJob | null {
  if (!Array.isArray(value)) return null;
  const [timestamp, opts, processedOn, attemptsStarted] = value as (string | null)[];
  return {
    timestampMs: numberOrNull(timestamp),
    optsJson: opts ?? null,
    lastStartMs: numberOrNull(processedOn),
    attemptsStarted: numberOrNull(attemptsStarted) ?? 0,
  };
}

export function numberOrNull(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
