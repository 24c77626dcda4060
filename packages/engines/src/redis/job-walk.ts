import { JOB_ROW } from './job-row.js';
import { RedisScript } from './redis-link.js';

/**
 * Looks at the next jobs of a state. KEYS: the queue's base key. ARGV: state, order, jobs to
 * look at, bytes of values, the sieve as JSON or '', bytes of stacks, and the cursor: place, from, anchors.
 *
 * Sorted sets are walked by (score, id): on from the rank of the last job, or past the ties of its
 * score when it is gone. In a list a job has no score: the cursor holds how far from the end the
 * slice ended, and three of its jobs (anchors). Where those stand now tells how far the list has
 * moved since; they are looked for around the old place in windows of 1,000.
 *
 * Answers examined, rows, and the cursor or nothing.
 */
export const jobWalkScript = new RedisScript(`
${JOB_ROW}
local call, base = redis.call, KEYS[1]
local state, oldest, look, maxBytes = ARGV[1], ARGV[2] == 'oldest', tonumber(ARGV[3]), tonumber(ARGV[4])
local sieve = ARGV[5] ~= '' and cjson.decode(ARGV[5])
local maxStack = tonumber(ARGV[6])
local place, from, fromId = ARGV[7], ARGV[8], ARGV[9] or ''
local WINDOW = 1000
local rows, examined = {}, 0

local function before(a, b)
  for index = 1, math.min(#a, #b) do
    local x, y = string.byte(a, index), string.byte(b, index)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local function take(id, score)
  examined = examined + 1
  local found = row(base, id, state, score, maxBytes, sieve, maxStack)
  if found then rows[#rows + 1] = found end
end

local function walkSet(key)
  local entries
  if fromId ~= '' and call('ZSCORE', key, fromId) == from then
    local rank = call(oldest and 'ZRANK' or 'ZREVRANK', key, fromId) + 1
    entries = call(oldest and 'ZRANGE' or 'ZREVRANGE', key, rank, rank + look - 1, 'WITHSCORES')
    for index = 1, #entries, 2 do
      fromId, from = entries[index], entries[index + 1]
      take(fromId, from)
    end
    return #entries == 2 * look
  end
  local offset = 0
  repeat
    if oldest then entries = call('ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', offset, look)
    else entries = call('ZREVRANGEBYSCORE', key, from, '-inf', 'WITHSCORES', 'LIMIT', offset, look) end
    local start = from
    for index = 1, #entries, 2 do
      local id, score = entries[index], entries[index + 1]
      local seen = score == start and (id == fromId or before(id, fromId) == oldest)
      if not seen then
        if examined == look then return true end
        take(id, score)
        from, fromId = score, id
      end
    end
    -- Only ties of the start are passed over; past them every entry was new.
    if from ~= start then return #entries == 2 * look end
    offset = offset + look
  until examined >= look or #entries < 2 * look
  return #entries == 2 * look
end

-- Counted from the end at which the walk began: workers take from the right.
local function range(key, first, last)
  if not oldest then return call('LRANGE', key, first, last) end
  local ids, turned = call('LRANGE', key, -last - 1, -first - 1), {}
  for index = #ids, 1, -1 do turned[#turned + 1] = ids[index] end
  return turned
end

-- Where the slice before ended, as the list is now.
local function standing(key, place, last, middle, first)
  if place == 0 then return 0 end
  local length, fallback = call('LLEN', key), nil
  for _, window in ipairs({ 0, -1, 1, 2, 3, 4, 5 }) do
    local start = oldest and place - (window + 1) * WINDOW or place + (window - 1) * WINDOW
    local stop = start + WINDOW - 1
    start = math.max(0, start)
    if stop >= 0 and start < length then
      for index, id in ipairs(range(key, start, stop)) do
        if id == last then return start + index end
        if id == middle then fallback = start + index end
        if id == first and not fallback then fallback = start + index end
      end
    end
  end
  if fallback then return fallback end
  -- All that was shown was taken, and so was what stood before it.
  if oldest and place <= 5 * WINDOW then return 0 end
  return math.min(place, length)
end

local function walkList(key)
  local first = standing(key, tonumber(from), ARGV[9], ARGV[10], ARGV[11])
  local ids = range(key, first, first + look - 1)
  for _, id in ipairs(ids) do take(id) end
  from = tostring(first + #ids)
  return #ids == look, { ids[#ids], ids[math.ceil(#ids / 2)], ids[1] }
end

local more, anchors
if place == 'list' then
  more, anchors = walkList(base .. (state == 'active' and 'active' or 'wait'))
  if more then return { examined, rows, 'list', from, unpack(anchors) } end
  if state == 'waiting' and oldest and call('EXISTS', base .. 'prioritized') == 1 then
    return { examined, rows, 'set', '-inf', '' }
  end
else
  more = walkSet(base .. (state == 'waiting' and 'prioritized' or state))
  if more then return { examined, rows, 'set', from, fromId } end
  if state == 'waiting' and not oldest and call('EXISTS', base .. 'wait') == 1 then
    return { examined, rows, 'list', '0' }
  end
end
return { examined, rows }
`);
