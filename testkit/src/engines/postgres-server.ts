import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@drover/engines';
import pg from 'pg';

export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  /** URL of a new, empty database on the server. */
  createDatabase(): Promise<string>;
  /** Ends the server cleanly; its data stays. */
  halt(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** A PostgreSQL of its own on a free port: the embedded one, over a folder that goes with it. */
export async function startPostgres(): Promise<PostgresServer> {
  const dir = await mkdtemp(join(tmpdir(), 'drover-postgres-'));
  let server = await startEmbedded(dir);
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
    halt: () => server.stop(),
    restart: async () => {
      server = await startEmbedded(dir);
    },
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
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
