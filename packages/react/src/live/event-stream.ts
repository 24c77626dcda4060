import type { QueueSystemApiClient } from '@drover/client';
import type { OpenStream } from './live-link.js';

/** The client's event stream as the link wants it. It reconnects by itself, so only "it is down" is passed on. */
export function eventStream(client: QueueSystemApiClient): OpenStream {
  return ({ onSnapshot, onDelta, onDown }) => {
    const stream = client.openEvents({
      onSnapshot,
      onDelta,
      onState: (state) => {
        if (state.phase === 'waiting' || (state.phase === 'closed' && state.error)) onDown();
      },
    });
    return () => stream.close();
  };
}
