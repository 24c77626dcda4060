import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@drover/core';
import type { EngineLog } from '../engine-options.js';
import type { PostgresBinaries } from './binaries.js';
import { CLUSTER_DATABASE, CLUSTER_USER, type Cluster } from './cluster.js';
import { commandLine, isListed, isRunning } from './process-identity.js';
import type { RunAs } from './run-as.js';
import { untilAnswers } from './until-answers.js';

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

export interface Launch {
  readonly binaries: PostgresBinaries;
  readonly cluster: Cluster;
  readonly account: RunAs;
  readonly port: number;
  readonly logFile: string;
  readonly log: EngineLog;
}

const START_TIMEOUT_MS = 60_000;
const ADOPT_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 25;
const MAX_LOG_BYTES = 10 * 2 ** 20;
const LOG_TAIL_BYTES = 2000;

export class PortTaken extends Error {}

/** Starts the server and waits until it answers. */
export async function launchServer(launch: Launch): Promise<RunningServer> {
  const { binaries, cluster, account, port, logFile } = launch;
  removeMisleadingRecord(cluster.dir);
  const output = openSync(logFile, 'a', 0o600);
  let child: ChildProcess;
  let logStart: number;
  try {
    if (fstatSync(output).size > MAX_LOG_BYTES) ftruncateSync(output);
    logStart = fstatSync(output).size;
    child = spawn(binaries.postgres, serverArguments(cluster.dir, port), {
      ...account,
      cwd: '/',
      // A session of its own: the terminal's Ctrl-C would else stop the server before its clients.
      detached: true,
      stdio: ['ignore', output, output],
    });
  } finally {
    closeSync(output);
  }
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const onError = (error: Error) =>
    fail(new Fault('engine_unavailable', `PostgreSQL could not be run: ${error.message}`));
  const onExit = () => fail(startFailure(logFile, logStart));
  child.once('error', onError).once('exit', onExit);
  child.unref();
  const url = urlOf(cluster, port);
  const waiting = new AbortController();
  const patience = { timeoutMs: START_TIMEOUT_MS, log: launch.log, signal: waiting.signal };
  try {
    await Promise.race([failed, untilAnswers(url, patience)]);
  } catch (error) {
    // Left running, it would be in the way of every further start.
    if (child.pid !== undefined) await stopServer(child.pid);
    throw error;
  } finally {
    waiting.abort();
    // The end of a server that had started is no failed start.
    child.off('exit', onExit);
  }
  return { url, port, pid: child.pid ?? 0 };
}

/**
 * Takes over the server that a killed Drover left running on this cluster: `null` when there
 * is none, or when it did not answer and was stopped.
 */
export async function adoptServer(cluster: Cluster, log: EngineLog): Promise<RunningServer | null> {
  const found = readPostmasterFile(cluster.dir);
  if (found === null) return null;
  if (!isServerOf(cluster.dir, found.pid)) return null;
  const url = urlOf(cluster, found.port);
  const waiting = new AbortController();
  try {
    const patience = { timeoutMs: ADOPT_TIMEOUT_MS, log, signal: waiting.signal };
    await Promise.race([untilAnswers(url, patience), untilGone(found.pid)]);
    if (isRunning(found.pid)) {
      log('info', `adopted the PostgreSQL (pid ${found.pid}) that an earlier Drover left running`);
      return { url, port: found.port, pid: found.pid };
    }
  } catch {
    log('warn', `the PostgreSQL (pid ${found.pid}) of an earlier Drover does not answer and is replaced`);
    await stopServer(found.pid);
  } finally {
    waiting.abort();
  }
  return null;
}

/** Fast shutdown, then harder and harder ones: open connections are ended, committed work is kept by each. */
export async function stopServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
    while (isRunning(pid) && performance.now() < deadlineMs) await pause(POLL_MS);
    if (!isRunning(pid)) return;
  }
}

function serverArguments(dir: string, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // Times in BullMQ's and our rows are the engine's; log lines should agree with them.
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return [
    '-D',
    dir,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

function urlOf({ password }: Cluster, port: number): string {
  return `postgres://${CLUSTER_USER}:${password}@127.0.0.1:${port}/${CLUSTER_DATABASE}`;
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await pause(POLL_MS);
}

/** PostgreSQL's own record: pid, data folder, start, port, one a line. */
function readPostmasterFile(dir: string): { pid: number; port: number } | null {
  const file = join(dir, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 ? { pid, port } : null;
}

/** The process of a record may be anybody's by now: it must be a PostgreSQL on our cluster. */
function isServerOf(dir: string, pid: number): boolean {
  const command = commandLine(pid);
  return isRunning(pid) && command.includes('postgres') && command.includes(dir);
}

/**
 * A killed server's record whose pid is another process's now, or is still listed for nobody reaped it, keeps PostgreSQL from starting.
 * Any other record is PostgreSQL's own business: it is what keeps two servers off one cluster.
 */
function removeMisleadingRecord(dir: string): void {
  const found = readPostmasterFile(dir);
  if (found === null || !isListed(found.pid) || isServerOf(dir, found.pid)) return;
  rmSync(join(dir, 'postmaster.pid'), { force: true });
}

function startFailure(logFile: string, logStart: number): Error {
  const written = readFileSync(logFile).subarray(logStart).toString('utf8');
  if (/could not bind|Address already in use/i.test(written))
    return new PortTaken('its port is taken by another program');
  const tail = written.slice(-LOG_TAIL_BYTES).trim();
  return new Fault(
    'engine_unavailable',
    `The embedded PostgreSQL did not start. Its log (${logFile}) ends with: ${tail}`,
  );
}
