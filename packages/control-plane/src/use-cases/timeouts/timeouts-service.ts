import type { QueueTimeout, TimeoutConfiguration, UpdateTimeoutRequest } from '@drover/contract';
import {
  adaptedOf,
  defaultTimeoutPolicy,
  effectiveTimeoutMs,
  emptyTimeouts,
  Fault,
  parseTimeouts,
  queuesWithTimeouts,
  type TimeoutPolicy,
  type TimeoutSettings,
  type TimeoutsDocument,
  timeoutPolicyOf,
  timeoutProblems,
  timeoutsKey,
} from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';
import { activityOf, timeoutActivityKey } from './timeout-activity.js';
import type { TimeoutState } from './timeout-state.js';

/** A request's body, as it was parsed. */
export type TimeoutChange = { readonly [K in keyof UpdateTimeoutRequest]: UpdateTimeoutRequest[K] | undefined };

export interface TimeoutEdit {
  readonly before: QueueTimeout;
  readonly after: QueueTimeout;
  readonly version: number;
}

export interface TimeoutsService {
  /** Of the queues named, and of those that have timeouts of their own. Costs the engine nothing. */
  read(queueNames: readonly string[]): { readonly config: TimeoutConfiguration; readonly version: number };
  readDefault(): { readonly config: QueueTimeout; readonly version: number };
  /** Changes those of every queue that has none of its own. Faults as `update`, also where it contradicts a queue's own. */
  updateDefault(change: TimeoutChange, expectedVersion: number | undefined): Promise<TimeoutEdit>;
  /**
   * Changes the timeouts of one queue; its workers go by them within a second. Faults:
   * `invalid_input` when the bounds contradict the timeout, `conflict` when the version is another.
   */
  update(queueName: string, change: TimeoutChange, expectedVersion: number | undefined): Promise<TimeoutEdit>;
}

/** Names on the wire, which are the guide's, of what a policy holds. */
const wireNames = {
  timeout: 'timeoutMs',
  adaptiveEnabled: 'adaptiveEnabled',
  softTimeoutPercentage: 'softTimeoutPercentage',
  enabled: 'enabled',
  shadow: 'shadow',
  floor: 'floorMs',
  ceiling: 'ceilingMs',
  percentile: 'percentile',
  factor: 'factor',
  minSamples: 'minSamples',
} as const satisfies Record<keyof UpdateTimeoutRequest, keyof TimeoutSettings>;

type WireName = keyof typeof wireNames;

export function createTimeoutsService(settings: SettingsCache, state: TimeoutState): TimeoutsService {
  const show = (queueName: string, changes: TimeoutsDocument): QueueTimeout => {
    const { basis } = state;
    const policy = timeoutPolicyOf(queueName, basis, changes);
    const effective = policy.adaptiveEnabled
      ? Object.entries(adaptedOf(basis, queueName)).map(([name, ms]) => [name, effectiveTimeoutMs(policy, ms)])
      : [];
    const activity = activityOf(settings.get(timeoutActivityKey)?.value, queueName, policy);
    return {
      ...onTheWire(policy),
      ...(effective.length > 0 && { effective: Object.fromEntries(effective) }),
      ...(activity && { activity }),
    };
  };

  const held = (current: unknown): TimeoutsDocument => {
    const parsed = current === undefined ? emptyTimeouts : parseTimeouts(current);
    // Over a document that nobody can read, an edit would lose what others set in it.
    if (parsed === null) throw new Fault('internal', `The document ${timeoutsKey} is damaged; restore or delete it.`);
    return parsed;
  };
  const showDefault = (changes: TimeoutsDocument) => onTheWire(defaultTimeoutPolicy(state.basis, changes));

  return {
    readDefault: () => ({ config: showDefault(state.changes), version: state.version }),

    async updateDefault(change, expectedVersion) {
      const edit = await editSetting(settings, timeoutsKey, expectedVersion, (current) => {
        const before = held(current);
        const { default: earlier = {}, ...others } = before;
        const own = merge(earlier, change);
        const value = { ...others, ...(Object.keys(own).length > 0 && { default: own }) };
        for (const queueName of [null, ...queuesWithTimeouts(state.basis, value)]) {
          refuseContradictions(queueName, timeoutProblems(queueName, state.basis, value));
        }
        return { value, before: showDefault(before) };
      });
      return { before: edit.before, after: showDefault(edit.value), version: edit.version };
    },

    read(queueNames) {
      const { basis, changes } = state;
      const names = new Set([...queueNames, ...Object.keys(basis.config.queues), ...Object.keys(changes.queues)]);
      const config = Object.fromEntries([...names].sort().map((name) => [name, show(name, changes)]));
      return { config, version: state.version };
    },

    async update(queueName, change, expectedVersion) {
      const edit = await editSetting(settings, timeoutsKey, expectedVersion, (current) => {
        const before = held(current);
        const own = merge(Object.hasOwn(before.queues, queueName) ? before.queues[queueName] : {}, change);
        const queues = { ...before.queues, [queueName]: own };
        if (Object.keys(own).length === 0) delete queues[queueName];
        const value = { ...before, queues };
        refuseContradictions(null, timeoutProblems(queueName, state.basis, value));
        return { value, before: show(queueName, before) };
      });
      return { before: edit.before, after: show(queueName, edit.value), version: edit.version };
    },
  };
}

/** `null` takes the admin's word back: the configuration's holds again. */
function merge(earlier: TimeoutSettings = {}, change: TimeoutChange): TimeoutSettings {
  const own = new Map<string, unknown>(Object.entries(earlier));
  // Who sets a time wants it, also over an earlier "off"; and to switch it off must say so.
  if (typeof change.timeout === 'number') own.delete('enabled');
  for (const [name, value] of Object.entries(change) as [WireName, unknown][]) {
    if (value === null) own.delete(wireNames[name]);
    else if (value !== undefined) own.set(wireNames[name], value);
  }
  return Object.fromEntries(own);
}

function onTheWire(policy: TimeoutPolicy): QueueTimeout {
  return {
    timeout: policy.timeoutMs,
    adaptiveEnabled: policy.adaptiveEnabled,
    softTimeoutPercentage: policy.softTimeoutPercentage,
    enabled: policy.enabled,
    shadow: policy.shadow,
    floor: policy.floorMs,
    ceiling: policy.ceilingMs,
    percentile: policy.percentile,
    factor: policy.factor,
    minSamples: policy.minSamples,
  };
}

/** With a queue's name: of a change for all that this queue's own words contradict. */
function refuseContradictions(queueName: string | null, problems: ReturnType<typeof timeoutProblems>): void {
  const [first] = problems;
  if (first === undefined) return;
  const wireName = (field: string) => Object.entries(wireNames).find(([, own]) => own === field)?.[0] ?? field;
  const of = queueName === null ? '' : ` of the queue "${queueName}"`;
  // The field that the change gave is the timeout, where the queue's own bounds are in its way.
  const pathOf = (field: string) => (queueName === null ? wireName(field) : 'timeout');
  const fields = problems.map(({ field, message }) => ({ in: 'body', path: pathOf(field), message }));
  const message = `${wireName(first.field)}${of} ${first.message}.`;
  throw new Fault('invalid_input', message, { details: { fields } });
}
