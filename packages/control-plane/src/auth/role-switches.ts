import type { Role } from '@drover/contract';
import type { SettingsCache } from '../use-cases/settings-cache.js';

const KEY = 'auth/roles';

/** Which roles below admin may be used at all. */
export interface RoleSwitches {
  readonly operator: boolean;
  readonly viewer: boolean;
}

/** Both off until an admin switches them on: the guide knows admins only. */
export function readRoleSwitches(settings: SettingsCache): RoleSwitches {
  const stored = settings.get(KEY)?.value as Partial<RoleSwitches> | undefined;
  return { operator: stored?.operator === true, viewer: stored?.viewer === true };
}

export async function writeRoleSwitches(settings: SettingsCache, switches: RoleSwitches): Promise<void> {
  await settings.put(KEY, { operator: switches.operator, viewer: switches.viewer });
}

export function isSwitchedOn(settings: SettingsCache, role: Role): boolean {
  return role === 'admin' || readRoleSwitches(settings)[role];
}
