import type { EventSink } from './event-sink.js';

/** What the server knows about a request beside the request itself; nothing of it when mounted elsewhere. */
export interface Connection {
  /** Address of the peer: a proxy's when there is one. */
  readonly remoteAddress?: string | undefined;
  /** Takes the reply over for a stream that is written straight to the socket. */
  readonly openStream?: (headers: Readonly<Record<string, string>>) => { sink: EventSink; response: Response };
}

export interface Caller {
  readonly address: string | null;
  /** As the browser sees it, without a slash at the end. */
  readonly origin: string;
  readonly secure: boolean;
}

/**
 * Where a request came from. Forwarded headers are believed only behind a proxy that sets
 * them: anybody can send them, and they would choose the address that a login is throttled by.
 */
export function callerOf(request: Request, connection: Connection, trustProxy: boolean): Caller {
  const url = new URL(request.url);
  const forwarded = (name: string) => (trustProxy ? request.headers.get(name)?.split(',').at(-1)?.trim() : undefined);
  const protocol = forwarded('x-forwarded-proto') ?? url.protocol.replace(':', '');
  // A host that we are mounted in may write its own address into the URL; the header is what the browser asked.
  const host = forwarded('x-forwarded-host') ?? request.headers.get('host') ?? url.host;
  return {
    // The last entry is the one that our proxy added; those before it are the client's to invent.
    address: forwarded('x-forwarded-for') ?? connection.remoteAddress ?? null,
    origin: `${protocol === 'https' ? 'https' : 'http'}://${host}`,
    secure: protocol === 'https',
  };
}
