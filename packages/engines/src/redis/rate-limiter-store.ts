import {
  acquireArguments,
  checkLimiterRequest,
  type LimiterAnswer,
  type LimiterGrant,
  type LimiterRequest,
  type LimiterStanding,
  limiterAcquireLua,
  limiterKey,
  limiterPenalizeLua,
  limiterReleaseLua,
  limiterStandingLua,
  penaltyOf,
  type RateLimiterStore,
  readAnswer,
  readStanding,
  releaseArguments,
} from '@drover/core';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';

const acquireScript = new RedisScript(limiterAcquireLua);
const releaseScript = new RedisScript(limiterReleaseLua);
const penalizeScript = new RedisScript(limiterPenalizeLua);
const standingScript = new RedisScript(limiterStandingLua);

export class RedisRateLimiterStore implements RateLimiterStore {
  private readonly link: RedisLink;
  private readonly statePrefix: string;

  constructor(link: RedisLink, statePrefix: string) {
    this.link = link;
    this.statePrefix = statePrefix;
  }

  async acquire(request: LimiterRequest): Promise<LimiterAnswer> {
    checkLimiterRequest(request);
    const key = limiterKey(this.statePrefix, request.name);
    return readAnswer(asArray(await this.link.script(acquireScript, [key], acquireArguments(request))));
  }

  async release(grant: LimiterGrant): Promise<void> {
    await this.link.script(releaseScript, [limiterKey(this.statePrefix, grant.name)], releaseArguments(grant));
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    await this.link.script(penalizeScript, [limiterKey(this.statePrefix, name)], [penaltyOf(penaltyMs)]);
  }

  /** A call for each: on a Cluster they live in different slots. They leave in one write. */
  status(names: readonly string[]): Promise<readonly LimiterStanding[]> {
    return Promise.all(
      names.map(async (name) => {
        const reply = await this.link.script(standingScript, [limiterKey(this.statePrefix, name)], []);
        return readStanding(name, asArray(reply));
      }),
    );
  }

  /** Each limiter's key expires by itself. */
  async prune(): Promise<void> {}
}
