import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '@drover/core';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { ApiHandler } from './create-api-handler.js';
import { faultReply } from './error-reply.js';
import { socketSink } from './event-sink.js';

/** Answers a request of Node's server; never rejects. */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

export interface NodeListenerOptions {
  /** True in a process of our own: `Request` and `Response` give way to quicker ones, for everybody in it. */
  readonly ownsProcess: boolean;
}

/** The app behind Node's own HTTP server. Event streams are written straight to the socket. */
export function nodeListener(app: Pick<ApiHandler, 'fetch'>, { ownsProcess }: NodeListenerOptions): NodeListener {
  const listener = getRequestListener(
    (request, { incoming, outgoing }) =>
      app.fetch(request, {
        remoteAddress: incoming.socket.remoteAddress,
        openStream(headers) {
          outgoing.writeHead(200, { ...headers });
          return { sink: socketSink(outgoing as ServerResponse), response: RESPONSE_ALREADY_SENT };
        },
      }),
    {
      // Requests that do not even make a URL.
      errorHandler: () => faultReply(new Fault('invalid_input', 'The request is malformed.')),
      overrideGlobalObjects: ownsProcess,
    },
  );
  return async (incoming, outgoing) => {
    await listener(incoming, outgoing);
  };
}
