import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { dayFolder, safeFileName } from '../files/day-folder.js';
import { writeAtomically } from '../files/write-atomically.js';
import { listenOnLoopback } from './listen-on-loopback.js';

const largestMailBytes = 2 ** 20;

export interface RunningService {
  readonly port: number;
  close(): Promise<void>;
}

/** A mail server that delivers into a folder: one `.eml` per Message-ID and day, which any mail program opens. */
export async function startSmtpSink(options: {
  readonly outboxFolder: string;
  readonly port: number;
  /** How long the server thinks before it takes a mail. */
  latencyMs(): number;
  /** Whether to turn mail away for now. */
  refuses(): Promise<boolean>;
}): Promise<RunningService> {
  const server = new SMTPServer({
    name: 'shop.test',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMailBytes,
    // A little longer than a pooled client keeps an idle connection, so that the client closes first.
    socketTimeout: 60_000,
    logger: false,
    onMailFrom: (_address, _session, callback) => {
      options
        .refuses()
        .then(
          (refuses) => callback(refuses ? smtpFault(451, '4.3.2 The mail server is not accepting mail now') : null),
          callback,
        );
    },
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on('error', callback);
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          callback(smtpFault(552, `5.3.4 No mail over ${largestMailBytes} bytes`));
          return;
        }
        const mail = Buffer.concat(chunks);
        delay(options.latencyMs())
          .then(() => deliver(options.outboxFolder, mail))
          .then((name) => callback(null, `2.0.0 Kept as ${name}`), callback);
      });
    },
  });
  // Connection faults of clients that went away: a job that was cancelled looks like this, and it is not our fault.
  server.on('error', (error: Error) => console.error(`mail server: ${error.message}`));
  const port = await listenOnLoopback(server.server, options.port);
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function deliver(outboxFolder: string, mail: Buffer): Promise<string> {
  const messageId = /^message-id:\s*<([^@>]+)/im.exec(mail.subarray(0, 8_192).toString('latin1'))?.[1];
  const name = `${safeFileName(messageId ?? `mail-${Date.now()}`)}.eml`;
  await writeAtomically(join(dayFolder(outboxFolder, new Date()), name), mail);
  return name;
}

function smtpFault(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
