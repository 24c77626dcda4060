import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestRedis {
  readonly port: number;
  readonly connection: { readonly host: string; readonly port: number };
  /** Kills the server and leaves its port free: what a worker sees in an outage. */
  halt(): Promise<void>;
  /** Starts it again on the same port, with its data. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** A redis-server of the test's own, with an append-only file so that an outage loses nothing. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-redis-'));
  const port = await freePort();
  let server = await launch(port, folder);
  const halt = () => end(server);
  return {
    port,
    connection: { host: '127.0.0.1', port },
    halt,
    async resume() {
      server = await launch(port, folder);
    },
    async stop() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const options = ['--bind', '127.0.0.1', '--appendonly', 'yes', '--appendfsync', 'no', '--save', '', '--dir', folder];
  const server = spawn('redis-server', ['--port', String(port), ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    if (output.includes('Ready to accept connections')) break;
  }
  if (server.exitCode !== null) throw new Error(`redis-server did not start: ${output}`);
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
