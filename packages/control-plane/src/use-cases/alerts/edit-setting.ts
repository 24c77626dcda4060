import { isFault } from '@drover/core';
import type { SettingsCache } from '../settings-cache.js';

const MOST_ATTEMPTS = 5;

/**
 * Changes a document as it stands on the engine. With a version only if it is still that one;
 * without, by trying again over what somebody else wrote meanwhile, so that no field of
 * theirs is lost.
 */
export async function editSetting<T extends { readonly value: unknown }>(
  settings: SettingsCache,
  key: string,
  expectedVersion: number | undefined,
  edit: (current: unknown) => T,
): Promise<T & { readonly version: number }> {
  for (let attempt = 1; ; attempt++) {
    // The caller saw a version that this replica does not have yet: what we hold is older.
    if (expectedVersion !== undefined && settings.get(key)?.version !== expectedVersion) await settings.refresh();
    const held = settings.get(key);
    const result = edit(held?.value);
    try {
      const { version } = await settings.put(key, result.value, expectedVersion ?? held?.version ?? 0);
      return { ...result, version };
    } catch (error) {
      if (!isFault(error, 'conflict') || expectedVersion !== undefined || attempt === MOST_ATTEMPTS) throw error;
      await settings.refresh();
    }
  }
}
