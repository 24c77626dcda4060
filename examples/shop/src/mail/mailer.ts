import { UnrecoverableError } from 'bullmq';
import { createTransport } from 'nodemailer';
import { requiredSetting } from '../shop-environment.js';
import type { RenderedMail } from './order-mails.js';

const from = 'Drover Example Shop <orders@shop.test>';
const transport = once(() =>
  createTransport({
    host: '127.0.0.1',
    port: Number(requiredSetting('SHOP_SMTP_PORT')),
    pool: true,
    maxConnections: 4,
    connectionTimeout: 5_000,
    socketTimeout: 20_000,
    ignoreTLS: true,
  }),
);

export interface Delivery {
  readonly messageId: string;
  readonly response: string;
}

/**
 * Sends one mail and resolves when the server has it. `key` becomes the Message-ID, so a mail that a re-run sends
 * again is the same mail: our sink, like most mailboxes, keeps one. A refusal for good (5xx) is not retried.
 */
export async function sendMail(
  mail: RenderedMail,
  to: { readonly name: string; readonly email: string },
  key: string,
  signal: AbortSignal,
): Promise<Delivery> {
  signal.throwIfAborted();
  try {
    const sent = await abortable(
      transport().sendMail({
        from,
        to: { name: to.name, address: to.email },
        messageId: `<${key}@shop.test>`,
        ...mail,
      }),
      signal,
    );
    return { messageId: sent.messageId, response: sent.response };
  } catch (error) {
    if (isRefusalForGood(error)) throw new UnrecoverableError(`Mail to ${to.email} refused: ${error.message}`);
    throw error;
  }
}

/** Closes idle connections; a worker that exits need not. */
export function closeMailer(): void {
  transport().close();
}

function isRefusalForGood(error: unknown): error is Error {
  return error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500;
}

/** Stops waiting when the signal fires. The mail itself may still go out: SMTP has no way to take it back. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
