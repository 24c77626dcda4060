import type { ServerResponse } from 'node:http';

/** One client of the event stream. */
export interface EventSink {
  write(frame: Uint8Array): void;
  /** Bytes taken but not sent yet: what a slow client makes us hold. */
  unsentBytes(): number;
  /** Ends the reply after what is unsent. */
  end(): void;
  /** Ends it at once. */
  drop(): void;
  onClose(listener: () => void): void;
}

/** Straight to the socket: no stream machinery per client and frame. */
export function socketSink(outgoing: ServerResponse): EventSink {
  // A write that crosses the client's goodbye is no failure of ours; unheard, it would end the process.
  outgoing.on('error', () => undefined);
  return {
    write: (frame) => void outgoing.write(frame),
    unsentBytes: () => outgoing.writableLength,
    end: () => void outgoing.end(),
    drop: () => void outgoing.destroy(),
    onClose: (listener) => void outgoing.once('close', listener),
  };
}

/** For hosts that hand us a `Request` and want a `Response`. */
export function streamSink(): { sink: EventSink; body: ReadableStream<Uint8Array> } {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const listeners: (() => void)[] = [];
  const close = () => {
    controller = undefined;
    for (const listener of listeners.splice(0)) listener();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
      },
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  const end = () => {
    controller?.close();
    close();
  };
  return {
    body,
    sink: {
      write: (frame) => controller?.enqueue(frame),
      unsentBytes: () => -(controller?.desiredSize ?? 0),
      end,
      // Closing keeps the queue until the host has sent it or given up: the frames in it
      // are shared by all clients, so that holds next to nothing.
      drop: end,
      onClose: (listener) => void listeners.push(listener),
    },
  };
}
