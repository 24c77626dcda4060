import { DeliveryFailed } from './notifier.js';

const DEADLINE_MS = 10_000;
/** What a receiver says is read only so far as to let its connection be used again. */
const MOST_REPLY_BYTES = 16_384;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Posts to a configured address and to no other: a redirect is a failure, because whoever
 * answers there could send us into the private network. Gives what the reply said, as far as it
 * was read; of notifiers only the status counts.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  deadlineMs = DEADLINE_MS,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'Drover', ...headers },
    body,
    signal: AbortSignal.timeout(deadlineMs),
  }).catch((error: unknown) => {
    throw new DeliveryFailed(whyUnreachable(error, deadlineMs), { cause: error, mayHaveArrived: isTimeout(error) });
  });
  const reply = await readBounded(response);
  if (response.ok) return reply;
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new DeliveryFailed(`It answered with a redirect (${status}); give the address it leads to instead.`, {
      status,
    });
  }
  throw new DeliveryFailed(`It answered ${status}.`, { status, retryAfterMs: retryAfterMs(response) });
}

/** An error of fetch names the address, which for some receivers is the secret: only its code is told. */
function whyUnreachable(error: unknown, deadlineMs: number): string {
  if (isTimeout(error)) return `It did not answer within ${deadlineMs / 1_000} s.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `It cannot be reached${code}.`;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

async function readBounded(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const text = () => Buffer.concat(chunks).toString('utf8');
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text();
      chunks.push(value);
      bytes += value.length;
      if (bytes > MOST_REPLY_BYTES) break;
    }
  } catch {
    // The status has come; that the rest of a reply broke off does not undo it.
  }
  await reader.cancel().catch(() => undefined);
  return text();
}

function retryAfterMs({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS) : null;
}
