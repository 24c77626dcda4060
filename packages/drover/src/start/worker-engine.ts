import { type EngineTarget, enginePrefixes, parseEngineUrl, readEmbeddedUrl } from '@drover/engines';
import type { WorkerProcessEngine } from '@drover/worker/process';
import type { ResolvedConfig } from '../config/resolve-config.js';

/**
 * The configured engine as a worker process is told of it: plain JSON. Rejects with
 * `engine_unavailable` when it is the embedded one and does not run.
 */
export async function currentWorkerEngine(config: ResolvedConfig): Promise<WorkerProcessEngine> {
  const target = parseEngineUrl(config.engine);
  if (target.kind === 'embedded') {
    const { url } = await readEmbeddedUrl(config.dataDir);
    return { kind: 'postgres', connection: { connectionString: url }, schema: config.schema };
  }
  if (target.kind === 'postgres') {
    return { kind: 'postgres', connection: { connectionString: target.url }, schema: config.schema };
  }
  return redisEngine(target, enginePrefixes(config.engine, config).prefix);
}

function redisEngine(
  target: Exclude<EngineTarget, { kind: 'embedded' | 'postgres' }>,
  prefix: string,
): WorkerProcessEngine {
  const { hosts, credentials, db } = target;
  const login = { ...credentials, ...(target.tls ? { tls: {} } : {}) };
  if (target.kind === 'redis-cluster') return { kind: target.kind, nodes: hosts, connection: login, prefix };
  if (target.kind === 'redis-sentinel') {
    return { kind: 'redis', connection: { ...login, db, sentinels: hosts, name: target.master ?? 'mymaster' }, prefix };
  }
  const [{ host, port }] = hosts;
  return { kind: 'redis', connection: { ...login, host, port, db }, prefix };
}
