import { createServer, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { type Patience, untilAnswers } from './until-answers.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** A PostgreSQL that answers each connection with the next of these error codes, the last one for ever. */
async function refusingWith(codes: readonly string[]): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        const code = codes[Math.min(asked++, codes.length - 1)];
        const fields = Buffer.from(`SFATAL\0C${code}\0Mas asked for\0\0`);
        const length = Buffer.alloc(4);
        length.writeInt32BE(fields.length + 4);
        socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
      });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `postgres://drover:secret@127.0.0.1:${port}/postgres`, asked: () => asked };
}

const patience = (part: Partial<Patience> = {}): Patience => ({
  ...{ timeoutMs: 60_000, log: () => undefined, signal: new AbortController().signal },
  ...part,
});

const inRecovery = '57P03';
const wrongPassword = '28P01';

it('waits for a server in recovery, however long that takes', async () => {
  const { url, asked } = await refusingWith([inRecovery, inRecovery, inRecovery, wrongPassword]);
  await expect(untilAnswers(url, patience({ timeoutMs: 1 }))).rejects.toMatchObject({ cause: { code: wrongPassword } });
  expect(asked()).toBe(4);
});

it('says now and then that it still waits', async () => {
  const log = vi.fn();
  const start = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => start + clock.mock.calls.length * 4000);
  const { url } = await refusingWith([inRecovery, inRecovery, inRecovery, inRecovery, wrongPassword]);
  await untilAnswers(url, patience({ log })).catch(() => undefined);
  clock.mockRestore();
  expect(log).toHaveBeenCalledWith('info', expect.stringContaining('recovering'));
});

it('gives up at once on a server that refuses the password', async () => {
  const { url, asked } = await refusingWith([wrongPassword]);
  await expect(untilAnswers(url, patience())).rejects.toMatchObject({ code: 'engine_unavailable' });
  expect(asked()).toBe(1);
});

it('stops asking when it is told to', async () => {
  const { url, asked } = await refusingWith([inRecovery]);
  const controller = new AbortController();
  const waiting = untilAnswers(url, patience({ signal: controller.signal }));
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(0));
  controller.abort();
  await waiting;
});
