import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { isFault } from '@drover/core';
import type { SettingsCache } from '../use-cases/settings-cache.js';

const KEY = 'auth/secret';

/** Keys derived from the one secret that all control planes on an engine share. */
export interface AuthKeys {
  /** 256 bits, for the session cookie. */
  readonly session: Uint8Array;
  /** Signs a value, base64url. */
  sign(value: string): string;
}

/** Reads the shared secret, or makes it: of two control planes that start together one wins and both use its secret. */
export async function loadAuthKeys(settings: SettingsCache): Promise<AuthKeys> {
  const secret = Buffer.from(await readOrMake(settings), 'base64url');
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', secret, '', `drover ${purpose}`, 32));
  const signing = derive('csrf');
  return {
    session: derive('session'),
    sign: (value) => createHmac('sha256', signing).update(value).digest('base64url'),
  };
}

async function readOrMake(settings: SettingsCache): Promise<string> {
  const stored = () => (settings.get(KEY)?.value as { secret: string } | undefined)?.secret;
  const existing = stored();
  if (existing !== undefined) return existing;
  const secret = randomBytes(32).toString('base64url');
  try {
    await settings.put(KEY, { secret }, 0);
    return secret;
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
    await settings.refresh();
    const theirs = stored();
    if (theirs === undefined)
      throw new Error('The secret of the sessions exists but cannot be read.', { cause: error });
    return theirs;
  }
}
