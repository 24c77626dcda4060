import { FENCED_REPLY } from './faults.js';

/** Defines nowMs: the engine's clock, so that control planes with clocks apart agree on a lease. */
export const NOW_MS = `
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`;

/** Refuses the script when the lease at \`leaseKey\` has an epoch later than \`epoch\`. Both are Lua expressions. */
export const fenceCheck = (leaseKey: string, epoch: string) => `
local leaseEpoch = tonumber(redis.call('HGET', ${leaseKey}, 'epoch') or '0')
if leaseEpoch > tonumber(${epoch}) then
  return redis.error_reply('${FENCED_REPLY} a later epoch leads')
end
`;
