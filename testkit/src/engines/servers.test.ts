import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startPostgres } from './postgres-server.js';
import { startRedis } from './redis-server.js';

const starts = {
  redis: async () => {
    const server = await startRedis();
    return { ...server, end: server.kill };
  },
  postgres: async () => {
    const server = await startPostgres();
    return { ...server, end: server.halt };
  },
};

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe.each(Object.entries(starts))('a %s of a test', (_, start) => {
  it('is ended by stop while it is being restarted', async () => {
    const server = await start();
    expect(await isListening(server.port)).toBe(true);
    await server.end();
    expect(await isListening(server.port)).toBe(false);
    const restarted = server.restart();
    await server.stop();
    await restarted;
    expect(await isListening(server.port)).toBe(false);
  });

  it('is ended by stop while it hangs', async () => {
    const server = await start();
    server.suspend();
    await server.stop();
    expect(await isListening(server.port)).toBe(false);
  });
});
