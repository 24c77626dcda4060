import type { EngineTarget } from '@drover/engines';
import type { WorkerProcessEngine } from '@drover/worker/process';

export interface WorkerEngineOptions {
  readonly prefix: string;
  readonly schema: string;
}

/** An engine as a worker process is told of it: plain JSON. `embeddedUrl` is where the embedded server listens now. */
export function workerEngine(
  target: EngineTarget,
  options: WorkerEngineOptions,
  embeddedUrl: string | null,
): WorkerProcessEngine {
  if (target.kind === 'embedded' || target.kind === 'postgres') {
    const connectionString = target.kind === 'postgres' ? target.url : (embeddedUrl ?? '');
    return { kind: 'postgres', connection: { connectionString }, schema: options.schema };
  }
  const { hosts, credentials, db, prefix } = { ...target, prefix: options.prefix };
  const login = { ...credentials, ...(target.tls ? { tls: {} } : {}) };
  if (target.kind === 'redis-cluster') {
    return { kind: 'redis-cluster', nodes: hosts, connection: login, prefix };
  }
  if (target.kind === 'redis-sentinel') {
    return { kind: 'redis', connection: { ...login, db, sentinels: hosts, name: target.master ?? 'mymaster' }, prefix };
  }
  const [{ host, port }] = hosts;
  return { kind: 'redis', connection: { ...login, host, port, db }, prefix };
}
