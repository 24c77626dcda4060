import type { LimiterAnswer, LimiterGrant, LimiterRequest, LimiterStanding } from '../ports/rate-limiter-store.js';
import { LIMITER_IDLE_MS, limitArguments, MAX_PENALTY_MS } from './limiter-layout.js';
import { windowLengthMs, windowNames } from './limiter-windows.js';
import { SUB_BUCKETS } from './sliding-window.js';

/**
 * The limiters on Redis: `sliding-window.ts` in Lua, one hash per limiter.
 *
 *   state      clock, penalty and counters, as packed doubles (exact up to 2^53)
 *   1 … 4      a window each, in the order of windowNames: sum, oldest and open entry
 *   1:17       a closed entry between those: when it leaves the count is read from here
 *
 * However many windows, a call reads its hash once and writes it once; an entry is written
 * when its sub-bucket is over. So four windows cost little more than one, and what goes to
 * replicas and the append-only file stays small.
 */
const prelude = `
local key = KEYS[1]
local lengths = { ${windowNames.map((name) => windowLengthMs[name] * 1000).join(', ')} }
local time = redis.call('TIME')
local raw = tonumber(time[1]) * 1000000 + tonumber(time[2])
local stored = redis.call('HMGET', key, 'state', '1', '2', '3', '4')
local lastRaw, lastNow, penaltyUntil, allowed, delayed, delayedMs = 0, 0, 0, 0, 0, 0
if stored[1] then
  lastRaw, lastNow, penaltyUntil, allowed, delayed, delayedMs = struct.unpack('<dddddd', stored[1])
end
local now = raw
if raw < lastNow then now = lastNow + math.max(0, raw - lastRaw) end

local function entryAt(window, seq)
  if window.closed and seq == window.next - 1 then return window.closed.at, window.closed.weight end
  local entry = redis.call('HGET', key, window.id .. ':' .. seq)
  if not entry then return 0, 0 end
  return struct.unpack('<dd', entry)
end

-- A window as it stands now. first .. next-1 are its closed entries; those in dropped have left.
local function windowAt(index)
  local w = { id = tostring(index), length = lengths[index], dropped = {},
    total = 0, first = 0, next = 0, headAt = 0, headWeight = 0, tailStart = 0, tailAt = 0, tailWeight = 0 }
  if not stored[index + 1] then return w end
  w.total, w.first, w.next, w.headAt, w.headWeight, w.tailStart, w.tailAt, w.tailWeight =
    struct.unpack('<dddddddd', stored[index + 1])
  while w.first < w.next and w.headAt + w.length <= now do
    w.total = w.total - w.headWeight
    w.dropped[#w.dropped + 1] = w.id .. ':' .. w.first
    w.first = w.first + 1
    if w.first < w.next then w.headAt, w.headWeight = entryAt(w, w.first) end
  end
  if w.tailWeight > 0 and w.tailAt + w.length <= now then
    w.total = w.total - w.tailWeight
    w.tailWeight = 0
  end
  return w
end

local function packed(w)
  return struct.pack('<dddddddd', w.total, w.first, w.next, w.headAt, w.headWeight, w.tailStart, w.tailAt, w.tailWeight)
end

local function packedState()
  return struct.pack('<dddddd', raw, now, penaltyUntil, allowed, delayed, delayedMs)
end
`;

/** ARGV: the four limits ('' for none), requests delayed, their ms, the weights. */
export const limiterAcquireLua = `${prelude}
local function refuse(wait)
  -- The clock was set back: unnoted, the limiter's time would stand still until the next grant.
  if raw < lastRaw then redis.call('HSET', key, 'state', packedState()) end
  return { 0, wait, raw, now }
end
if penaltyUntil > now then return refuse(penaltyUntil - now) end
local windows = {}
for index = 1, 4 do
  if ARGV[index] ~= '' then
    local w = windowAt(index)
    w.limit = tonumber(ARGV[index])
    windows[#windows + 1] = w
  end
end

local function waitOf(w, weight)
  local surplus = w.total + weight - w.limit
  if surplus <= 0 then return 0 end
  local leaving, seq = 0, w.first
  while seq < w.next do
    local at, entryWeight = w.headAt, w.headWeight
    if seq > w.first then at, entryWeight = entryAt(w, seq) end
    leaving = leaving + entryWeight
    if leaving >= surplus then return at + w.length - now end
    seq = seq + 1
  end
  return w.tailAt + w.length - now
end

local granted, taken, wait = 0, 0, 0
for position = 7, #ARGV do
  local weight = tonumber(ARGV[position])
  for _, w in ipairs(windows) do wait = math.max(wait, waitOf(w, weight)) end
  if wait > 0 then break end
  if granted == 0 then
    for _, w in ipairs(windows) do
      if w.tailWeight == 0 or now - w.tailStart >= w.length / ${SUB_BUCKETS} then
        if w.tailWeight > 0 then
          w.closed = { field = w.id .. ':' .. w.next, at = w.tailAt, weight = w.tailWeight }
          if w.first == w.next then w.headAt, w.headWeight = w.tailAt, w.tailWeight end
          w.next = w.next + 1
        end
        w.tailStart, w.tailWeight = now, 0
      end
      w.tailAt = now
    end
  end
  for _, w in ipairs(windows) do
    w.total = w.total + weight
    w.tailWeight = w.tailWeight + weight
  end
  granted = granted + 1
  taken = taken + weight
end
if granted == 0 then return refuse(wait) end

allowed = allowed + taken
delayed = delayed + tonumber(ARGV[5])
delayedMs = delayedMs + tonumber(ARGV[6])
local fields = { 'state', packedState() }
for _, w in ipairs(windows) do
  fields[#fields + 1] = w.id
  fields[#fields + 1] = packed(w)
  if w.closed then
    fields[#fields + 1] = w.closed.field
    fields[#fields + 1] = struct.pack('<dd', w.closed.at, w.closed.weight)
  end
  if #w.dropped > 0 then redis.call('HDEL', key, unpack(w.dropped)) end
end
redis.call('HSET', key, unpack(fields))
redis.call('PEXPIRE', key, ${LIMITER_IDLE_MS})
return { granted, wait, raw, now }
`;

/** ARGV: the four limits, the ticket, the weight. */
export const limiterReleaseLua = `${prelude}
if not stored[1] then return 0 end
local ticket, weight = tonumber(ARGV[5]), tonumber(ARGV[6])
allowed = math.max(0, allowed - weight)
local fields = { 'state', packedState() }
for index = 1, 4 do
  if ARGV[index] ~= '' and stored[index + 1] then
    local w = windowAt(index)
    if ticket >= w.tailStart and ticket <= w.tailAt and weight <= w.tailWeight then
      w.total = w.total - weight
      w.tailWeight = w.tailWeight - weight
      if #w.dropped > 0 then redis.call('HDEL', key, unpack(w.dropped)) end
      fields[#fields + 1] = w.id
      fields[#fields + 1] = packed(w)
    end
  end
end
redis.call('HSET', key, unpack(fields))
return 1
`;

/** ARGV: the penalty in ms. */
export const limiterPenalizeLua = `${prelude}
penaltyUntil = math.max(penaltyUntil, now + tonumber(ARGV[1]) * 1000)
redis.call('HSET', key, 'state', packedState())
redis.call('PEXPIRE', key, ${LIMITER_IDLE_MS})
return 1
`;

/** Answers raw, now, penalty, counters, then sum, first and last instant of each window. */
export const limiterStandingLua = `${prelude}
local reply = { raw, now, penaltyUntil, allowed, delayed, delayedMs }
for index = 1, 4 do
  local w = windowAt(index)
  local first = w.tailAt
  if w.first < w.next then first = w.headAt end
  local last = w.tailAt
  if w.tailWeight == 0 and w.first < w.next then last = entryAt(w, w.next - 1) end
  reply[#reply + 1] = w.total
  reply[#reply + 1] = first
  reply[#reply + 1] = last
end
return reply
`;

export function acquireArguments(request: LimiterRequest): readonly (string | number)[] {
  const { windows, weights, delayed = 0, delayedMs = 0 } = request;
  return [...limitArguments(windows), delayed, Math.round(delayedMs), ...weights];
}

export function releaseArguments({ windows, ticket, weight }: LimiterGrant): readonly (string | number)[] {
  return [...limitArguments(windows), ticket, weight];
}

export function penaltyOf(penaltyMs: number): number {
  if (!(penaltyMs >= 0)) throw new RangeError(`a penalty is a number of ms, not ${penaltyMs}`);
  return Math.min(Math.ceil(penaltyMs), MAX_PENALTY_MS);
}

/** Reads granted, wait, clock and ticket (µs) as an engine answers them. */
export function readAnswer(reply: readonly unknown[]): LimiterAnswer {
  const [granted = 0, waitUs = 0, rawUs = 0, ticket = 0] = reply.map(Number);
  return { granted, waitMs: Math.ceil(waitUs / 1_000), atMs: rawUs / 1_000, ticket };
}

/** Reads what `limiterStandingLua` answers; PostgreSQL's function answers the same numbers. */
export function readStanding(name: string, reply: readonly unknown[]): LimiterStanding {
  const [rawUs = 0, nowUs = 0, penaltyUntilUs = 0, allowed = 0, delayed = 0, delayedMs = 0, ...rest] =
    reply.map(Number);
  const atMs = (logicalUs: number) => (rawUs + logicalUs - nowUs) / 1_000;
  const windows = windowNames.flatMap((window, index) => {
    const [current = 0, firstUs = 0, lastUs = 0] = rest.slice(index * 3, index * 3 + 3);
    const lengthUs = windowLengthMs[window] * 1_000;
    if (current === 0) return [];
    return [[window, { current, nextAtMs: atMs(firstUs + lengthUs), emptyAtMs: atMs(lastUs + lengthUs) }] as const];
  });
  return {
    name,
    atMs: rawUs / 1_000,
    windows: Object.fromEntries(windows),
    penalizedUntilMs: penaltyUntilUs > nowUs ? atMs(penaltyUntilUs) : null,
    allowed,
    delayed,
    delayedMs,
  };
}
