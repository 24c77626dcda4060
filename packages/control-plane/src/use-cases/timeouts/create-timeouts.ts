import type { TimeoutsDocument } from '@drover/core';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import type { SettingsCache } from '../settings-cache.js';
import { TimeoutState } from './timeout-state.js';
import { TimeoutsDuty } from './timeouts-duty.js';
import { createTimeoutsService, type TimeoutsService } from './timeouts-service.js';

export interface Timeouts {
  readonly service: TimeoutsService;
  /** The leader's part; not for an observer, which leaves workers alone. */
  readonly duty: LeaderDuty;
}

/** `config`: the configuration file's timeouts, which admins' changes go over. */
export function createTimeouts(settings: SettingsCache, config: TimeoutsDocument): Timeouts {
  const state = new TimeoutState(settings, config);
  return { service: createTimeoutsService(settings, state), duty: new TimeoutsDuty(settings, state) };
}
