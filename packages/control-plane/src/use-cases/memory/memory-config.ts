import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import {
  Fault,
  type MemoryBase,
  type MemoryLimits,
  type MemoryOverride,
  memoryKey,
  memoryLimitsFor,
  memoryProblems,
  parseMemoryOverride,
  queueSoftLimits,
  type SettingsDocument,
} from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';

export interface VersionedMemoryConfig {
  readonly config: MemoryConfiguration;
  /** 0 while nothing was edited. */
  readonly version: number;
}

/** The memory limits in force: the configuration file's, and what was edited over them. */
export interface MemoryConfig {
  /** Costs nothing: read for every worker in every tick. */
  limitsFor(queueName: string): MemoryLimits;
  read(): VersionedMemoryConfig;
  /** Faults: `invalid_input` when the limits contradict each other, `conflict` when the version is another. */
  update(
    change: UpdateMemoryConfigRequest,
    expectedVersion: number | undefined,
  ): Promise<VersionedMemoryConfig & { readonly before: MemoryConfiguration }>;
}

export function createMemoryConfig(settings: SettingsCache, base: MemoryBase): MemoryConfig {
  let parsed: { readonly document: SettingsDocument | undefined; readonly override: MemoryOverride } | null = null;

  const override = (): MemoryOverride => {
    const document = settings.get(memoryKey);
    if (parsed === null || parsed.document !== document) {
      parsed = { document, override: parseMemoryOverride(document?.value) };
    }
    return parsed.override;
  };

  return {
    limitsFor: (queueName) => memoryLimitsFor(base, override(), queueName),
    read: () => ({ config: toWire(base, override()), version: settings.get(memoryKey)?.version ?? 0 }),
    async update(change, expectedVersion) {
      const { value, before, version } = await editSetting(settings, memoryKey, expectedVersion, (current) => {
        const held = parseMemoryOverride(current);
        const next = merge(held, change);
        refuseContradictions(base, next);
        return { value: next, before: toWire(base, held) };
      });
      return { config: toWire(base, value), before, version };
    },
  };
}

function merge(held: MemoryOverride, { worker, jobSpecific, recycling }: UpdateMemoryConfigRequest): MemoryOverride {
  const edited = {
    softLimitMB: worker?.softLimit,
    hardLimitMB: worker?.hardLimit,
    warningThresholdPercent: worker?.warningThreshold,
    afterJobs: recycling?.afterJobs,
    afterHours: recycling?.afterHours,
  };
  const given = Object.fromEntries(Object.entries(edited).filter(([, value]) => value !== undefined));
  return {
    worker: { ...held.worker, ...given },
    queueSoftLimitMB: { ...held.queueSoftLimitMB, ...jobSpecific },
  };
}

function refuseContradictions(base: MemoryBase, next: MemoryOverride): void {
  const problems = memoryProblems(base, next);
  const [first] = problems;
  if (first === undefined) return;
  const fields = problems.map(({ path, message }) => ({ in: 'body', path, message }));
  throw new Fault('invalid_input', `${first.path}: ${first.message}.`, { details: { fields } });
}

function toWire(base: MemoryBase, override: MemoryOverride): MemoryConfiguration {
  const { softLimitMB, hardLimitMB, warningThresholdPercent, afterJobs, afterHours } = memoryLimitsFor(base, override);
  return {
    worker: { softLimit: softLimitMB, hardLimit: hardLimitMB, warningThreshold: warningThresholdPercent },
    jobSpecific: queueSoftLimits(base, override),
    recycling: { afterJobs, afterHours },
  };
}
