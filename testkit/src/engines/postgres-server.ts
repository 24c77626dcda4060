import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@drover/engines';
import pg from 'pg';
import { forgetServer, noteServer } from './started-servers.js';

export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  /** URL of a new, empty database on the server. */
  createDatabase(): Promise<string>;
  /** Ends the server cleanly; its data stays. */
  halt(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Lets it hang, with every connection's process: nothing is answered until `resume`. */
  suspend(): void;
  resume(): void;
  /** Ends the server, also one that is just being restarted, and removes its folder. */
  stop(): Promise<void>;
}

/** A PostgreSQL of its own on a free port: the embedded one, over a folder that goes with it. */
export async function startPostgres(): Promise<PostgresServer> {
  const dir = await mkdtemp(join(tmpdir(), 'drover-postgres-'));
  const start = async () => {
    const started = await startEmbedded(dir);
    noteServer(started.pid);
    return started;
  };
  const end = async () => {
    // A stopped process obeys no signal but this one.
    signal(server.pid, 'SIGCONT');
    await server.stop();
    forgetServer(server.pid);
  };
  let server = await start();
  let starting: Promise<void> = Promise.resolve();
  let databases = 0;
  return {
    url: server.url,
    port: server.port,
    createDatabase: async () => {
      databases++;
      const name = `test_${databases}`;
      await onServer(server.url, `CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    halt: end,
    restart: () => {
      starting = start().then((started) => {
        server = started;
      });
      return starting;
    },
    suspend: () => signal(server.pid, 'SIGSTOP'),
    resume: () => signal(server.pid, 'SIGCONT'),
    stop: async () => {
      await starting.catch(() => undefined);
      await end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** To the server and to the process of each of its connections: those answer without their parent. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    return;
  }
  const children = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  for (const line of children) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (parent !== pid || child === undefined) continue;
    try {
      process.kill(child, name);
    } catch {
      // It has ended since it was listed.
    }
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
