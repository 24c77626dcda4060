import {
  acquireArguments,
  checkLimiterRequest,
  Fault,
  type LimiterAnswer,
  type LimiterGrant,
  type LimiterRequest,
  limiterAcquireLua,
  limiterKey,
  limiterPenalizeLua,
  limiterReleaseLua,
  penaltyOf,
  type RateLimiter,
  readAnswer,
  releaseArguments,
} from '@drover/core';
import type { ReportingRedis } from '../fleet/redis-fleet-member.js';

const commands = {
  droverLimiterAcquire: limiterAcquireLua,
  droverLimiterRelease: limiterReleaseLua,
  droverLimiterPenalize: limiterPenalizeLua,
} as const;

/** Limiters over the worker's own Redis connection. */
export class RedisLimiters implements RateLimiter {
  private readonly redis: ReportingRedis;
  private readonly prefix: string;

  constructor(redis: ReportingRedis, prefix: string) {
    this.redis = redis;
    this.prefix = prefix;
    for (const [name, lua] of Object.entries(commands)) redis.defineCommand(name, { numberOfKeys: 1, lua });
  }

  async acquire(request: LimiterRequest): Promise<LimiterAnswer> {
    checkLimiterRequest(request);
    return readAnswer((await this.call('droverLimiterAcquire', request.name, acquireArguments(request))) as unknown[]);
  }

  async release(grant: LimiterGrant): Promise<void> {
    await this.call('droverLimiterRelease', grant.name, releaseArguments(grant));
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    await this.call('droverLimiterPenalize', name, [penaltyOf(penaltyMs)]);
  }

  private async call(command: keyof typeof commands, name: string, args: readonly unknown[]): Promise<unknown> {
    const { redis, prefix } = this;
    // A client without a connection keeps commands back, and would take permits for nobody on its return.
    const connected = redis.status === 'ready' || (redis.isCluster && redis.status === 'connect');
    if (!connected) throw new Fault('engine_unavailable', `Redis connection is ${redis.status}`);
    try {
      return await redis.runCommand(command, [limiterKey(prefix, name), ...args]);
    } catch (cause) {
      throw new Fault('engine_unavailable', `Redis did not answer for the limiter ${name}`, { cause });
    }
  }
}
