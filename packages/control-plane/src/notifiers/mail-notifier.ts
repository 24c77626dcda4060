import { headlineOf, linesOf } from './message-text.js';
import { DeliveryFailed, type Letterhead, type Notifier, type NotifierConfig } from './notifier.js';

const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;

/**
 * Sends mail by SMTP. The Message-ID is that of the message at every attempt, so a mailbox
 * that gets it twice can keep one.
 */
export function createMailNotifier(
  name: string,
  config: Extract<NotifierConfig, { type: 'mail' }>,
  letterhead: Letterhead,
): Notifier {
  return {
    name,
    kind: 'mail',
    async send(delivery) {
      // Only who sends mail loads what sends it.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        url: config.smtp,
        connectionTimeout: CONNECT_MS,
        greetingTimeout: CONNECT_MS,
        socketTimeout: ANSWER_MS,
        // A mail is text of our making; nothing in it may be fetched from a file or an address.
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const link = letterhead.dashboardUrl === null ? [] : ['', letterhead.dashboardUrl];
      try {
        await transport.sendMail({
          from: config.from,
          to: [...config.to],
          subject: headlineOf(delivery, letterhead),
          text: [...linesOf(delivery), ...link].join('\n'),
          messageId: `<${delivery.id}@drover>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Drover-Notifier': name },
        });
      } catch (error) {
        throw new DeliveryFailed(whyNot(error), { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}

/** The server's own words may repeat the account; codes say enough. */
function whyNot(error: unknown): string {
  const { code, responseCode } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
  };
  if (typeof responseCode === 'number') return `The mail server refused (${responseCode}).`;
  return `The mail server cannot be reached${typeof code === 'string' ? ` (${code})` : ''}.`;
}
