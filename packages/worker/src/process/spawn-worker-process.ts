import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SECRET_VARIABLES, SPEC_VARIABLE, type WorkerProcessSpec } from './worker-process-spec.js';

/** The bundled program of a worker process; `build-process.mjs` writes it. */
export const workerProcessMain = fileURLToPath(new URL('../../dist/worker-process/drover-worker.js', import.meta.url));

/**
 * V8's young generation, in MB each half, from the start on. By default it grows from 1 to 16
 * as objects survive: while it is small, jobs in hand are promoted to the old generation,
 * where 25 MB of finished ones wait for a collection that a worker with little garbage
 * elsewhere does not come to for thousands of jobs.
 */
const SEMI_SPACE_MB = 8;

export interface SpawnOptions {
  /** Program to run. Default: the bundle of this package. */
  readonly main?: string;
  /** Environment of the worker. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments for Node itself, such as `--max-old-space-size`, in place of Drover's own. */
  readonly execArgv?: readonly string[];
}

/**
 * Starts a worker process with an IPC channel and its output in pipes. It leads a process
 * group of its own: a Ctrl-C in the terminal reaches its supervisor, who drains it.
 */
export function spawnWorkerProcess(spec: WorkerProcessSpec, options: SpawnOptions = {}): ChildProcess {
  const { main = workerProcessMain, env = process.env, execArgv = heapArguments(env) } = options;
  // The id is an argument so that `ps`, and a supervisor that finds a pid in an old report, see whose it is.
  return spawn(process.execPath, [...execArgv, main, spec.queueName, spec.workerId], {
    env: { ...withoutSecrets(env), [SPEC_VARIABLE]: JSON.stringify(spec) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
}

/** Whoever sets the young generation in NODE_OPTIONS knows better: arguments would override it. */
function heapArguments({ NODE_OPTIONS = '' }: NodeJS.ProcessEnv): string[] {
  if (/semi.space.size/.test(NODE_OPTIONS)) return [];
  return [`--min-semi-space-size=${SEMI_SPACE_MB}`, `--max-semi-space-size=${SEMI_SPACE_MB}`];
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...env };
  for (const name of SECRET_VARIABLES) delete rest[name];
  return rest;
}
