import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailNotifier } from './mail-notifier.js';
import type { Delivery, Notifier } from './notifier.js';

interface ReceivedMail {
  readonly to: readonly string[];
  readonly text: string;
}

let server: SMTPServer;
let received: ReceivedMail[];
let refuses: number | null;
beforeEach(async () => {
  [received, refuses] = [[], null];
  server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    logger: false,
    onAuth: (auth, _session, callback) =>
      auth.password === 'right' ? callback(null, { user: auth.username }) : callback(new Error('Invalid login')),
    onMailFrom: (_address, _session, callback) =>
      callback(refuses === null ? null : Object.assign(new Error('not now'), { responseCode: refuses })),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, text: Buffer.concat(chunks).toString('utf8') });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

function notifier(account = ''): Notifier {
  const { port } = server.server.address() as AddressInfo;
  const to = ['ada@example.com', 'grace@example.com'];
  const config = {
    type: 'mail',
    smtp: `smtp://${account}127.0.0.1:${port}`,
    from: 'Drover <drover@example.com>',
    to,
  } as const;
  return createMailNotifier('oncall', config, { environment: 'production', dashboardUrl: 'https://drover.example' });
}

const counts = { fired: 0, raised: 0, resolved: 0, firing: 0, critical: 0 };
const test: Delivery = {
  id: 'message-1',
  message: { atMs: 0, notices: [], counts, omitted: 0 },
  repeat: false,
  test: true,
};

describe('mail', () => {
  it('goes to everybody named, as one mail with the id of the message', async () => {
    await notifier().send(test);
    expect(received.map(({ to }) => to)).toEqual([['ada@example.com', 'grace@example.com']]);
    expect(received[0]?.text).toContain('Message-ID: <message-1@drover>');
    expect(received[0]?.text).toContain('Subject: [production] Test of this notifier by Drover');
    expect(received[0]?.text).toContain('Auto-Submitted: auto-generated');
    expect(received[0]?.text).toContain('https://drover.example');
  });

  it('goes under an account where the server wants one', async () => {
    await notifier('ada:right@').send(test);
    expect(received).toHaveLength(1);
  });

  it('that the server refuses is told of by its code, without account and address', async () => {
    refuses = 451;
    await expect(notifier().send(test)).rejects.toMatchObject({ message: 'The mail server refused (451).' });
    await expect(notifier('ada:wrong-password@').send(test)).rejects.toMatchObject({
      name: 'DeliveryFailed',
      message: 'The mail server refused (535).',
    });
  });

  it('whose server is gone is to be tried again', async () => {
    const orphan = notifier();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(orphan.send(test)).rejects.toMatchObject({ message: 'The mail server cannot be reached (ESOCKET).' });
  });
});
