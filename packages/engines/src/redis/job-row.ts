import { Fault, type JobRef, type JobRow, type JobState } from '@drover/core';
import { parseStacks } from '../bullmq/parse-stacks.js';
import { numberOrNull } from './queue-states.js';
import { asArray } from './redis-link.js';

/**
 * Defines row(base, id, state, score, maxBytes, sieve, maxStack): a job as `parseJobRow` reads it, or nil where there is no
 * such job or the sieve drops it. Values that nobody asked for stay in Redis: only their sizes are told.
 */
export const JOB_ROW = `
local SMALL = { 'name', 'timestamp', 'priority', 'atm', 'ats', 'processedOn', 'finishedOn', 'pb', 'rjk', 'parent' }
local FIELD = { data = 'data', result = 'returnvalue', error = 'failedReason' }

local function upTo(key, field, bytes, maxBytes)
  if bytes == 0 or bytes > maxBytes then return false end
  return redis.call('HGET', key, field)
end

local function passes(key, texts)
  local field, value
  for index = 1, #texts, 3 do
    if texts[index] ~= field then
      field = texts[index]
      value = redis.call('HGET', key, FIELD[field])
      if not value then return false end
    end
    local looked = texts[index + 2] and string.lower(value) or value
    if not string.find(looked, texts[index + 1], 1, true) then return false end
  end
  return true
end

local function row(base, id, state, score, maxBytes, sieve, maxStack)
  local key = base .. id
  -- First what drops most: of a search nearly every job.
  if sieve and sieve.name and redis.call('HGET', key, 'name') ~= sieve.name then return nil end
  if sieve and not passes(key, sieve.texts) then return nil end
  local small = redis.call('HMGET', key, unpack(SMALL))
  if not small[1] then return nil end
  local bytes = {}
  for index, field in ipairs({ 'data', 'returnvalue', 'progress', 'opts', 'failedReason' }) do
    bytes[index] = redis.call('HSTRLEN', key, field)
  end
  local stack = (maxStack or 0) > 0 and upTo(key, 'stacktrace', redis.call('HSTRLEN', key, 'stacktrace'), maxStack)
  local reason = bytes[5] > 0 and redis.call('HGET', key, 'failedReason')
  return {
    id, state, score or false, bytes[1], bytes[2],
    upTo(key, 'progress', bytes[3], 2000), upTo(key, 'opts', bytes[4], 65536),
    reason and string.sub(reason, 1, 2000),
    maxBytes > 0 and upTo(key, 'data', bytes[1], maxBytes), maxBytes > 0 and upTo(key, 'returnvalue', bytes[2], maxBytes),
    stack, unpack(small),
  }
end
`;

/** Delayed jobs' scores carry 12 bits of order below the millisecond. */
const DELAY_STEPS = 0x1000;

/** What was asked for beside the row itself. */
export interface AskedOfRow {
  readonly values?: boolean;
  readonly stack?: boolean;
}

/** Reads what `row` answers. */
export function parseJobRow(queueName: string, reply: unknown, asked: AskedOfRow = {}): JobRow {
  const [id, state, score, dataBytes, resultBytes, progress, opts, error, data, result, stacks, ...small] =
    asArray(reply);
  const [name, timestamp, priority, made, started, processedOn, finishedOn, by, scheduler, parent] =
    small.map(textOrNull);
  return {
    queueName,
    jobId: String(id),
    name: name ?? '',
    state: String(state) as JobState,
    priority: numberOrNull(priority) ?? 0,
    attemptsMade: numberOrNull(made) ?? 0,
    attemptsStarted: numberOrNull(started) ?? 0,
    maxAttempts: attemptsOf(textOrNull(opts)),
    addedAtMs: numberOrNull(timestamp) ?? 0,
    dueAtMs: state === 'delayed' ? Math.floor((numberOrNull(textOrNull(score)) ?? 0) / DELAY_STEPS) : null,
    startedAtMs: numberOrNull(processedOn),
    finishedAtMs: numberOrNull(finishedOn),
    // BullMQ leaves a failure's reason in a job that then completes. A cut may go through a character.
    error: state === 'completed' ? null : (textOrNull(error)?.replace(/\uFFFD+$/, '') ?? null),
    processedBy: by ?? null,
    schedulerId: scheduler ?? null,
    parent: parseParent(parent),
    progress: textOrNull(progress),
    dataBytes: Number(dataBytes),
    resultBytes: Number(resultBytes),
    ...(asked.values && { data: textOrNull(data), result: textOrNull(result) }),
    ...(asked.stack && { stack: parseStacks(textOrNull(stacks)).at(-1) ?? null }),
  };
}

/** A job's or queue's key without the prefix: names of queues hold no colon, ids may. */
export function parseJobKey(prefix: string, key: string): JobRef | null {
  if (!key.startsWith(`${prefix}:`)) return null;
  const rest = key.slice(prefix.length + 1);
  const at = rest.indexOf(':');
  return at < 1 ? null : { queueName: rest.slice(0, at), jobId: rest.slice(at + 1) };
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function parseParent(text: string | null | undefined): JobRef | null {
  const { id, queueKey } = parseObject(text);
  if (typeof id !== 'string' || typeof queueKey !== 'string') return null;
  // `prefix:queue`: the part behind the last colon.
  return { jobId: id, queueName: queueKey.slice(queueKey.lastIndexOf(':') + 1) };
}

function attemptsOf(opts: string | null): number {
  const { attempts } = parseObject(opts);
  return typeof attempts === 'number' && attempts > 0 ? attempts : 1;
}

function parseObject(text: string | null | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A walk's cursor in the pieces that the script takes; `invalid_input` for what is none. */
export function readPlace(after: string | null, start: readonly string[]): readonly string[] {
  if (after === null) return start;
  try {
    const parts: unknown = JSON.parse(after);
    const sound = Array.isArray(parts) && parts.length >= 2 && parts.length <= 5;
    if (sound && parts.every((part) => typeof part === 'string') && isPlace(parts)) return parts;
  } catch {
    // Told below.
  }
  throw new Fault('invalid_input', 'This is no cursor of a walk over these jobs.');
}

function isPlace([place, from]: readonly string[]): boolean {
  if (place === 'list') return /^\d{1,15}$/.test(from ?? '');
  return place === 'set' && /^([+-]inf|-?\d[\d.e+]*)$/.test(from ?? '');
}
