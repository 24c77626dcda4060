import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SECRET_VARIABLES, SPEC_VARIABLE, type WorkerProcessSpec } from './worker-process-spec.js';

/** The bundled program of a worker process; `build-process.mjs` writes it. */
export const workerProcessMain = fileURLToPath(new URL('../../dist/worker-process/drover-worker.js', import.meta.url));

/**
 * V8 first collects the old generation when it has this many MB. By itself it waits for far
 * more in a program that loads as little as this one: 25 MB of jobs that are long done
 * would stay. From the first collection on it adapts as ever.
 */
const INITIAL_OLD_SPACE_MB = 12;
/** The build makes a code cache under just these: with others a worker takes half as long again to start. */
export const spawnArguments: readonly string[] = [`--initial-old-space-size=${INITIAL_OLD_SPACE_MB}`];

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
  const {
    main = workerProcessMain,
    env = process.env,
    execArgv = [`--initial-old-space-size=${INITIAL_OLD_SPACE_MB}`],
  } = options;
  // The id is an argument so that `ps`, and a supervisor that finds a pid in an old report, see whose it is.
  return spawn(process.execPath, [...execArgv, main, spec.queueName, spec.workerId], {
    env: { ...withoutSecrets(env), [SPEC_VARIABLE]: JSON.stringify(spec) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...env };
  for (const name of SECRET_VARIABLES) delete rest[name];
  return rest;
}
