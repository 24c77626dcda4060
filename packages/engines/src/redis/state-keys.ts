import { encodeName, settingsKey, settingsRevisionKey } from '@drover/core';

/** Names of Drover's own keys, apart from the ones that core/fleet/layout.ts shares with workers. */
export const stateKeys = (prefix: string) => ({
  schema: `${prefix}:schema`,
  lease: (name: string) => `${prefix}:lease:${encodeName(name)}`,
  snapshot: `${prefix}:snapshot`,
  hosts: `${prefix}:fleet:hosts`,
  assignment: `${prefix}:fleet:assignment`,
  settings: settingsKey(prefix),
  settingsRevision: settingsRevisionKey(prefix),
  settingsLog: `${prefix}:settings:log`,
  settingsTombstones: `${prefix}:settings:tombstones`,
  settingsState: `${prefix}:settings:state`,
  audit: `${prefix}:audit`,
  /** Beside it: `…:at` orders the collection, `…:of:<subject>` what is about one subject. */
  records: (collection: string) => `${prefix}:records:${encodeName(collection)}`,
  metricChunk: (series: string, resolutionMs: number, chunkStartMs: number) =>
    `${prefix}:metrics:${resolutionMs}:${chunkStartMs}:${encodeName(series)}`,
});

export type StateKeys = ReturnType<typeof stateKeys>;
