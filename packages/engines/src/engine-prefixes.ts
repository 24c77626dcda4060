import { DEFAULT_PREFIX } from '@drover/core';
import { parseEngineUrl } from './engine-url.js';

/** The prefixes of the keys on Redis: BullMQ's and Drover's own. */
export interface EnginePrefixes {
  readonly prefix: string;
  readonly statePrefix: string;
}

/**
 * The prefixes as every part that shares an engine must use them. On a cluster a script's
 * keys must share a slot, and braces are what decides the slot: `bull` becomes `{bull}`.
 */
export function enginePrefixes(url: string, given: Partial<EnginePrefixes>): EnginePrefixes {
  const { prefix = 'bull', statePrefix = DEFAULT_PREFIX } = given;
  if (parseEngineUrl(url).kind !== 'redis-cluster') return { prefix, statePrefix };
  return { prefix: inOneSlot(prefix), statePrefix: inOneSlot(statePrefix) };
}

/** Redis hashes what is between the first brace and the next closing one, unless that is nothing. */
function inOneSlot(prefix: string): string {
  return /^[^{]*\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
}
