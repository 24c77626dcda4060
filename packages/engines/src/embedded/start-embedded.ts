import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@drover/core';
import type { EngineLog } from '../engine-options.js';
import { prepareBinaries } from './binaries.js';
import { prepareCluster } from './cluster.js';
import { readEngineFile, writeEngineFile } from './engine-file.js';
import { OwnedServer } from './owned-server.js';
import { claimFolder } from './owner-lock.js';
import { chooseAccount } from './run-as.js';
import { adoptServer, launchServer, PortTaken, type RunningServer } from './server.js';

export interface EmbeddedOptions {
  readonly log?: EngineLog;
}

export interface EmbeddedServer {
  /** With the password; for this machine's processes only. */
  readonly url: string;
  readonly port: number;
  /** Changes when the server had to be started again. */
  readonly pid: number;
  /** True when the server of an earlier, killed Drover was taken over. */
  readonly adopted: boolean;
  /** Stops the server and gives the folder free. */
  stop(): Promise<void>;
}

const PORT_ATTEMPTS = 5;

/**
 * Starts the embedded PostgreSQL of a data folder, or takes over one that a killed Drover
 * left running there. The folder is this process's until `stop()`; another live Drover in
 * it is refused. Should this process end without `stop()`, by whatever but SIGKILL, the
 * server is told to stop as well.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const log: EngineLog = options.log ?? (() => undefined);
  const folder = resolve(dataDir);
  makeFolder(folder);
  const releaseFolder = claimFolder(folder);
  try {
    const account = chooseAccount();
    const binaries = prepareBinaries(account);
    const cluster = await prepareCluster(folder, binaries, account);
    const launch = (port: number) =>
      launchServer({ binaries, cluster, account, port, logFile: resolve(folder, 'postgres.log'), log });
    const adopted = await adoptServer(cluster, log);
    const server = adopted ?? (await launchOnFreePort(readEngineFile(folder)?.port ?? 0, launch));
    const owned = new OwnedServer(server, {
      recover: async (port) => (await adoptServer(cluster, log)) ?? launch(port),
      releaseFolder,
      log,
      publish: (now) => writeEngineFile(folder, now),
    });
    return {
      url: server.url,
      port: server.port,
      adopted: adopted !== null,
      get pid() {
        return owned.pid;
      },
      stop: () => owned.stop(),
    };
  } catch (error) {
    releaseFolder();
    throw error;
  }
}

/** The last port first: programs that were connected find the server where it was. */
async function launchOnFreePort(
  lastPort: number,
  launch: (port: number) => Promise<RunningServer>,
): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(attempt === 1 ? lastPort : 0);
    try {
      return await launch(port);
    } catch (error) {
      // Somebody took it between our look and the server's.
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
      await pause(50);
    }
  }
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (wanted === 0 ? reject(error) : resolvePort(freePort(0))));
    probe.listen({ host: '127.0.0.1', port: wanted }, () => {
      const address = probe.address();
      probe.close(() => resolvePort(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new Fault('invalid_input', `The data folder ${folder} cannot be made. Set DROVER_DATA_DIR to one that can.`, {
      cause,
    });
  }
}
