/// <reference path="./bullmq-scripts.d.ts" />
import { removeJob } from 'bullmq/dist/cjs/scripts/removeJob-2.js';
import { reprocessJob } from 'bullmq/dist/cjs/scripts/reprocessJob-9.js';
import { RedisScript } from './redis-link.js';

/**
 * BullMQ changes one job a script, and looks for it in every state: a job that was retried or
 * taken between our look and its script would be removed all the same. Here BullMQ's script
 * is a function that runs inside ours, right after the check.
 */
const asFunction = (name: string, content: string) => `
local function ${name}(KEYS, ARGV)
${content}
end
`;

/**
 * Defines page(key, from, fromId, max, look): entries of a sorted set behind (from, fromId), as
 * { id, score }, at most `look`, and whether there may be more. Thousands of jobs may have one
 * score (a bulk that failed at once): the place is asked for, or, when the job was removed
 * meanwhile, found by halving, so that a slice costs the same wherever it begins.
 */
const zsetPage = `
-- By bytes, as Redis orders ties: Lua's own comparison goes by the server's locale.
local function isAfter(a, b)
  for index = 1, math.min(#a, #b) do
    local x, y = a:byte(index), b:byte(index)
    if x ~= y then return x > y end
  end
  return #a > #b
end

local function rankAfter(key, from, fromId)
  local rank = redis.call('ZRANK', key, fromId)
  if rank and redis.call('ZSCORE', key, fromId) == from then return rank + 1 end
  local low, high = redis.call('ZCOUNT', key, '-inf', '(' .. from), redis.call('ZCOUNT', key, '-inf', from)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isAfter(redis.call('ZRANGE', key, middle, middle)[1], fromId) then high = middle else low = middle + 1 end
  end
  return low
end

local function page(key, from, fromId, max, look)
  local start = rankAfter(key, from, fromId)
  local entries = redis.call('ZRANGE', key, start, start + look - 1, 'WITHSCORES')
  local fresh, last = {}, max == '+inf' and math.huge or tonumber(max)
  for index = 1, #entries, 2 do
    if tonumber(entries[index + 1]) > last then break end
    fresh[#fresh + 1] = { entries[index], entries[index + 1] }
  end
  return fresh, #fresh >= look
end
`;

/**
 * Removes a slice of jobs, or only counts them. KEYS: the queue's base key. ARGV: state, until
 * (ms), jobs to remove at most (0: count), jobs to look at, and the cursor: place, from, id.
 *
 * Places: a sorted set is walked by (score, id); a list from its right end, the oldest first,
 * past as many entries as were kept so far. Answers changed, and the cursor or nothing.
 */
export const cleanScript = new RedisScript(`
${asFunction('removeJob', removeJob.content)}
${zsetPage}
local call, base = redis.call, KEYS[1]
local state, untilMs, limit, look = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local place, from, fromId = ARGV[5], ARGV[6], ARGV[7]
local counting = limit == 0
if counting then limit = look end
local changed = 0

local function isNextOfScheduler(id)
  local scheduler = call('HGET', base .. id, 'rjk')
  if not scheduler then return false end
  local nextMs = call('ZSCORE', base .. 'repeat', scheduler)
  return nextMs and id == 'repeat:' .. scheduler .. ':' .. nextMs
end

local function restsSince(id)
  local times = call('HMGET', base .. id, 'processedOn', 'timestamp')
  return tonumber(times[1] or times[2] or '0') or 0
end

local function matches(id)
  if state == 'completed' or state == 'failed' then return true end
  if state == 'active' and call('EXISTS', base .. id .. ':lock') == 1 then return false end
  return restsSince(id) <= untilMs and not isNextOfScheduler(id)
end

local function remove(id)
  return removeJob({ base .. id, base .. 'repeat' }, { id, '0', base }) == 1
end

local function cleanSet(key, max)
  local entries, more = page(base .. key, from, fromId, max, look)
  for _, entry in ipairs(entries) do
    if changed >= limit then more = true break end
    local id = entry[1]
    from, fromId = entry[2], id
    if matches(id) then
      -- A finished job is not its scheduler's next one, whatever its id.
      if not counting and max ~= '+inf' then call('HDEL', base .. id, 'rjk') end
      if counting or remove(id) then changed = changed + 1 end
    end
  end
  return more
end

-- Removing from the middle of a list walks all of it. So the jobs are marked, the marks taken
-- out in one go, and each job put at the left end, where BullMQ's script finds it first.
local function cleanList(key)
  local MARK = 'drover:cleaned'
  local offset = tonumber(from)
  local ids = call('LRANGE', key, -offset - look, -offset - 1)
  local more, kept, taken = #ids >= look, 0, {}
  for index = #ids, 1, -1 do
    if #taken >= limit then more = true break end
    local id = ids[index]
    if matches(id) then
      taken[#taken + 1] = id
      if not counting then call('LSET', key, -(offset + #ids - index + 1), MARK) end
    else
      kept = kept + 1
    end
  end
  if counting then
    changed = #taken
    from = tostring(offset + kept + #taken)
    return more
  end
  if #taken > 0 then call('LREM', key, -#taken, MARK) end
  for _, id in ipairs(taken) do
    call('LPUSH', base .. 'wait', id)
    if remove(id) then changed = changed + 1 end
  end
  from = tostring(offset + kept)
  return more
end

local more
if state == 'waiting' and place == 'list' then
  more = cleanList(base .. 'wait')
  if not more then place, from, fromId, more = 'set', '-inf', '', call('EXISTS', base .. 'prioritized') == 1 end
elseif state == 'waiting' then more = cleanSet('prioritized', '+inf')
elseif state == 'active' then more = cleanList(base .. 'active')
elseif state == 'delayed' then more = cleanSet('delayed', '+inf')
else more = cleanSet(state, ARGV[2]) end
if more then return { changed, place, from, fromId } end
return { changed }
`);

/**
 * Puts a slice of failed jobs back, those that failed first first. KEYS: the queue's base key.
 * ARGV: until (ms), jobs to look at, and the cursor: from, id. Answers how many, the failures as
 * a flat list of id and reason, and the cursor or nothing.
 */
export const retryScript = new RedisScript(`
${asFunction('reprocessJob', reprocessJob.content)}
${zsetPage}
local call, base = redis.call, KEYS[1]
local keys = {}
for index, name in ipairs({ 'events', 'failed', 'wait', 'meta', 'active', 'marker', 'prioritized', 'pc' }) do
  keys[index + 1] = base .. name
end

local function retry(id)
  local parsed, opts = pcall(cjson.decode, call('HGET', base .. id, 'opts') or '{}')
  local push = parsed and opts.lifo and 'RPUSH' or 'LPUSH'
  keys[1] = base .. id
  return reprocessJob(keys, { id, push, 'failedReason', 'failed', '0', '0' })
end

local entries, more = page(base .. 'failed', ARGV[3], ARGV[4], ARGV[1], tonumber(ARGV[2]))
local retried, failures = 0, {}
for _, entry in ipairs(entries) do
  local id = entry[1]
  local done, result = pcall(retry, id)
  if done and result == 1 then
    retried = retried + 1
  else
    failures[#failures + 1] = id
    failures[#failures + 1] = done and tostring(result) or (type(result) == 'table' and result.err or tostring(result))
  end
end
if not more then return { retried, failures } end
local last = entries[#entries]
return { retried, failures, last[2], last[1] }
`);
