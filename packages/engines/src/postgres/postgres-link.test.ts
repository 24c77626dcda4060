import { type PostgresServer, startPostgres } from '@drover/testkit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PostgresLink } from './postgres-link.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('outlives the loss of a connection that is checked out and idle', async () => {
  const log = vi.fn();
  const link = new PostgresLink({ url: server.url, address: 'here', schema: 'bullmq', maxConnections: 2, log });
  const client = await link.pool.connect();
  expect(client.listenerCount('error')).toBeGreaterThan(0);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await link.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;
  expect(log).toHaveBeenCalledWith('debug', expect.any(String));
  client.release(true);
  expect(await link.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await link.close();
});
