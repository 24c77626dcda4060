import type { FinishedRecord } from '../bullmq/finished-sample.js';
import { numberOrNull } from './queue-states.js';
import { RedisScript } from './redis-link.js';

/**
 * The records of a queue's newest finished jobs, up to ARGV[1] of each outcome, in one
 * request: a thousand queues are sampled in turn, and a round trip a job would be seen.
 * KEYS[1]: the queue's base key (`bull:name:`).
 */
export const finishedJobsScript = new RedisScript(`
local call = redis.call
local rows = {}
for _, outcome in ipairs({ 'completed', 'failed' }) do
  for _, id in ipairs(call('ZREVRANGE', KEYS[1] .. outcome, 0, ARGV[1] - 1)) do
    local fields = call('HMGET', KEYS[1] .. id, 'name', 'timestamp', 'processedOn', 'finishedOn', 'ats', 'opts')
    rows[#rows + 1] = { outcome, id, fields }
  end
end
return rows
`);

/** Reads one row of the script's answer. */
export function parseFinishedRow(row: unknown): FinishedRecord {
  const [outcome, jobId, fields] = row as ['completed' | 'failed', string, (string | null)[]];
  const [name, timestamp, processedOn, finishedOn, attemptsStarted, opts] = fields;
  return {
    jobId,
    outcome,
    jobName: name ?? '',
    timestampMs: numberOrNull(timestamp),
    processedOnMs: numberOrNull(processedOn),
    finishedOnMs: numberOrNull(finishedOn),
    attemptsStarted: numberOrNull(attemptsStarted) ?? 0,
    optsJson: opts ?? null,
  };
}
