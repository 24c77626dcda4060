import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { forgetServer, noteServer } from './started-servers.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends the server as a power cut would: nothing is saved. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what it had on disk. */
  restart(): Promise<void>;
  /** Lets it hang: connections stay, and nothing is answered until `resume`. */
  suspend(): void;
  resume(): void;
  /** Ends the server, also one that is just being restarted, and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  readonly password?: string;
  /** Further settings, as on the command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  readonly settings?: readonly string[];
}

/** `redis-server`, else `valkey-server`, from the PATH; `null` when there is neither. */
export function findRedisBinary(): string | null {
  const found = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  return found ?? null;
}

/** A Redis of its own on a free port, keeping every write on disk so that it can be restarted. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const binary = findRedisBinary();
  if (binary === null) throw new Error('no redis-server or valkey-server in the PATH');
  const dir = await mkdtemp(join(tmpdir(), 'drover-redis-'));
  const port = await freePort();
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes'],
    ...(options.password === undefined ? [] : ['--requirepass', options.password]),
    ...(options.settings ?? []),
  ];
  let server = await launch(binary, args, port);
  let starting: Promise<void> = Promise.resolve();
  return {
    url: `redis://${options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`}127.0.0.1:${port}`,
    port,
    kill: () => end(server),
    restart: () => {
      starting = launch(binary, args, port).then((started) => {
        server = started;
      });
      return starting;
    },
    suspend: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    stop: async () => {
      await starting.catch(() => undefined);
      await end(server);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(binary: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn(binary, args, { stdio: 'ignore' });
  const { pid = 0 } = server;
  noteServer(pid);
  server.once('exit', () => forgetServer(pid));
  while (!(await answersPing(port))) {
    if (server.exitCode !== null) throw new Error(`${binary} ended with code ${server.exitCode}`);
    await pause(10);
  }
  return server;
}

/** A listening Redis may still be loading its data, so a connection alone does not tell. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(500, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('data', (reply) => settle(/PONG|NOAUTH/.test(reply.toString())));
  });
}

function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}
