import type { Engine } from '@drover/core';
import { readEmbeddedUrl } from './embedded/engine-file.js';
import { type EngineOptions, resolveOptions } from './engine-options.js';
import { enginePrefixes } from './engine-prefixes.js';
import { parseEngineUrl } from './engine-url.js';
import { openPostgresEngine } from './postgres/engine.js';
import { openRedisEngine } from './redis/engine.js';

const ENGINE_CONNECTIONS = 6;

/**
 * Connects to an engine and brings Drover's own state on it up to date. `embedded` is the
 * server that `drover start` runs in `dataDir`; it is found, not started. Rejects within
 * seconds, with `engine_unavailable` when nothing answers there.
 */
export async function openEngine(url: string, options: EngineOptions = {}): Promise<Engine> {
  const target = parseEngineUrl(url);
  const resolved = resolveOptions({ ...options, ...enginePrefixes(url, options) }, ENGINE_CONNECTIONS);
  if (target.kind === 'embedded') {
    return openPostgresEngine({ kind: 'embedded', ...(await readEmbeddedUrl(resolved.dataDir)) }, resolved);
  }
  return target.kind === 'postgres' ? openPostgresEngine(target, resolved) : openRedisEngine(target, resolved);
}
