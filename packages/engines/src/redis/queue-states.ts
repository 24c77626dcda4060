import type { WaitingJob } from '../bullmq/waiting-since.js';
import { RedisScript } from './redis-link.js';

/** A look at the priorities above `above`: the next one in use and its head, or none at all. */
export interface PriorityLook {
  readonly above: number;
  readonly priority: number | null;
  readonly head: WaitingJob | null;
}

export interface ScriptedState {
  readonly wait: number;
  readonly active: number;
  readonly prioritized: number;
  readonly delayed: number;
  readonly completed: number;
  readonly failed: number;
  readonly waitingChildren: number;
  readonly paused: boolean;
  /** Where the next call shall look; see `queueStatesScript`. */
  readonly cursor: number;
  /** The next job of the wait list: its oldest, unless jobs are added last in, first out. */
  readonly next: WaitingJob | null;
  /** The other end of the wait list, when this call looked there. */
  readonly last: WaitingJob | null;
  readonly looks: readonly PriorityLook[];
}

/**
 * Reads a batch of queues. KEYS: each queue's base key (`bull:name:`). ARGV: each queue's cursor.
 *
 * Eight commands count a queue, four look at its oldest jobs. Jobs without priority stand in
 * the list `wait`: workers take from the right, jobs are pushed left (last-in-first-out jobs
 * right), and a paused queue keeps them there. Prioritized jobs stand in a sorted set, score
 * priority * 2^32 + counter, so the head of one priority is the first score from there. The
 * four commands show two heads; the cursor walks through the others over successive calls:
 * n = "the next priority above n", -1 = "the far end of the wait list".
 *
 * A queue that cannot be read (a key of another type under its name) answers with its error
 * and leaves the rest of the batch alone.
 */
export const queueStatesScript = new RedisScript(`
local call = redis.call
local CLASS = 4294967296

local function head(base, id)
  local fields = call('HMGET', base .. id, 'timestamp', 'opts', 'processedOn', 'ats')
  return { fields[1], fields[2], fields[3], fields[4] }
end

local function read(base, cursor)
  local wait = call('LLEN', base .. 'wait')
  local prioritized = call('ZCARD', base .. 'prioritized')
  local row = {
    wait, call('LLEN', base .. 'active'), prioritized, call('ZCARD', base .. 'delayed'),
    call('ZCARD', base .. 'completed'), call('ZCARD', base .. 'failed'),
    call('ZCARD', base .. 'waiting-children'), call('HEXISTS', base .. 'meta', 'paused'),
  }
  local spare, next, last, looks = 4, false, false, {}
  if wait > 0 then
    local id = call('LINDEX', base .. 'wait', -1)
    if id then next = head(base, id) end
    spare = spare - 2
  end
  if wait > 1 and (cursor == -1 or prioritized == 0) then
    local id = call('LINDEX', base .. 'wait', 0)
    if id then last = head(base, id) end
    spare = spare - 2
    cursor = 0
  end
  if cursor < 0 then cursor = 0 end
  while prioritized > 0 and spare >= 2 do
    local from = string.format('%.0f', (cursor + 1) * CLASS)
    local found = call('ZRANGEBYSCORE', base .. 'prioritized', from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    spare = spare - 1
    if found[1] then
      local priority = math.floor(tonumber(found[2]) / CLASS)
      looks[#looks + 1] = { cursor, priority, head(base, found[1]) }
      spare = spare - 1
      cursor = priority
    else
      looks[#looks + 1] = { cursor }
      cursor = 0
      if wait > 1 then cursor = -1 break end
    end
  end
  row[9], row[10], row[11], row[12] = cursor, next, last, looks
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
    cursor: count(8),
    next: parseHead(row[9]),
    last: parseHead(row[10]),
    looks: (row[11] as unknown[][]).map(([above, priority, head]) => ({
      above: Number(above),
      priority: priority === undefined ? null : Number(priority),
      head: parseHead(head),
    })),
  };
}

function parseHead(value: unknown): WaitingJob | null {
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
