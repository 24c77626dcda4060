import type { Engine, LimiterDefinitions } from '@drover/core';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import type { SettingsCache } from '../settings-cache.js';
import { LimiterFiguresDuty } from './limiter-figures.js';
import { LimiterMinutes } from './limiter-minutes.js';
import { LimiterRecorder } from './limiter-recorder.js';
import { createRateLimitsService, limitersInForce, type RateLimitsService } from './rate-limits-service.js';

export interface RateLimitsOptions {
  readonly engine: Pick<Engine, 'limiters' | 'records' | 'fleet'>;
  readonly settings: SettingsCache;
  /** The configuration file's limiters, which admins' changes go over. */
  readonly configured: LimiterDefinitions;
  readonly nowMs: () => number;
}

export interface RateLimits {
  readonly service: RateLimitsService;
  /** The leader's part: history, and tidying up. */
  readonly duty: LeaderDuty;
  /** The leader's part for metrics: also a duty. */
  readonly figures: LimiterFiguresDuty;
}

export function createRateLimits({ engine, settings, configured, nowMs }: RateLimitsOptions): RateLimits {
  const { limiters, records, fleet } = engine;
  const definitions = () => limitersInForce(settings, configured);
  return {
    service: createRateLimitsService({
      settings,
      configured,
      limiters,
      minutes: new LimiterMinutes(records),
      fleet,
      nowMs,
    }),
    duty: new LimiterRecorder({ definitions, limiters, records }),
    figures: new LimiterFiguresDuty({ definitions, limiters }),
  };
}
