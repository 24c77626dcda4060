import { JOB_ROW } from './job-row.js';
import { RedisScript } from './redis-link.js';

/**
 * Defines stateOf(base, id): the state of a job that exists, and its score. A job that is in no
 * other place is waiting: a look through the list would take as long as the list is.
 */
const STATE_OF = `
local function stateOf(base, id)
  for _, state in ipairs({ 'completed', 'failed', 'delayed', 'waiting-children' }) do
    local score = redis.call('ZSCORE', base .. state, id)
    if score then return state, score end
  end
  if redis.call('EXISTS', base .. id .. ':lock') == 1 or redis.call('LPOS', base .. 'active', id) then return 'active' end
  return 'waiting'
end
`;

/** Rows of jobs by name. KEYS: each one's queue's base key. ARGV: their ids. A job that is not there answers false. */
export const findJobsScript = new RedisScript(`
${JOB_ROW}
${STATE_OF}
local rows = {}
for index, base in ipairs(KEYS) do
  local id = ARGV[index]
  local found = false
  if redis.call('TYPE', base .. id).ok == 'hash' and redis.call('HEXISTS', base .. id, 'timestamp') == 1 then
    local state, score = stateOf(base, id)
    found = row(base, id, state, score, 0) or false
  end
  rows[index] = found
end
return rows
`);

/** A whole job. KEYS: the queue's base key. ARGV: id, bytes of values at most. Answers nothing when it is gone. */
export const jobRecordScript = new RedisScript(`
${JOB_ROW}
${STATE_OF}
local call, base, id, maxBytes = redis.call, KEYS[1], ARGV[1], tonumber(ARGV[2])
local key = base .. id
if call('TYPE', key).ok ~= 'hash' or call('HEXISTS', key, 'timestamp') == 0 then return {} end
local state, score = stateOf(base, id)
local found = row(base, id, state, score, 0)
if not found then return {} end
local record = { found }
for _, field in ipairs({ 'data', 'opts', 'returnvalue', 'progress', 'stacktrace' }) do
  local bytes = call('HSTRLEN', key, field)
  record[#record + 1] = bytes
  record[#record + 1] = upTo(key, field, bytes, maxBytes)
end
for _, part in ipairs(call('HMGET', key, 'stc', 'deid')) do record[#record + 1] = part end
record[#record + 1] = call('LLEN', key .. ':logs')
record[#record + 1] = call('SCARD', key .. ':dependencies')
record[#record + 1] = call('HLEN', key .. ':processed')
record[#record + 1] = call('HLEN', key .. ':failed')
record[#record + 1] = call('ZCARD', key .. ':unsuccessful')
return record
`);

/**
 * Names of some children, one list for each of pending, processed, ignored, failed. KEYS: the
 * job's key. ARGV: how many of each at most, about. A result can be large: it stays in Redis.
 */
export const jobChildrenScript = new RedisScript(`
local call, limit = redis.call, tonumber(ARGV[1])
local function some(command, key, step)
  local cursor, names = '0', {}
  repeat
    local page = call(command, key, cursor, 'COUNT', limit)
    cursor = page[1]
    for index = 1, #page[2], step do
      if #names < limit then names[#names + 1] = page[2][index] end
    end
  until cursor == '0' or #names >= limit
  return names
end
return {
  some('SSCAN', KEYS[1] .. ':dependencies', 1), some('HSCAN', KEYS[1] .. ':processed', 2),
  some('HSCAN', KEYS[1] .. ':failed', 2), call('ZRANGE', KEYS[1] .. ':unsuccessful', 0, limit - 1),
}
`);

/** Sets the payload of a job that no worker holds. KEYS: the queue's base key. ARGV: id, JSON. Answers ok, gone or held. */
export const editJobScript = new RedisScript(`
local call, key = redis.call, KEYS[1] .. ARGV[1]
if call('HEXISTS', key, 'timestamp') == 0 then return 'gone' end
if call('EXISTS', key .. ':lock') == 1 or call('LPOS', KEYS[1] .. 'active', ARGV[1]) then return 'held' end
call('HSET', key, 'data', ARGV[2])
return 'ok'
`);
