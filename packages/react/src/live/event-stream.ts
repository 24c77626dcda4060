import type { QueueSystemApiClient } from '@drover/client';
import type { PublishedTopic } from '@drover/contract';
import type { OpenStream } from './live-link.js';

/** The client's event stream as the link wants it. It reconnects by itself, so only "it is down" is passed on. */
export function eventStream(client: QueueSystemApiClient, topics: readonly PublishedTopic[]): OpenStream {
  return ({ onSnapshot, onDelta, onTopic, onReset, onDown }) => {
    const stream = client.openEvents({
      topics: ['snapshot', ...topics],
      onSnapshot,
      onDelta,
      onTopic,
      onReset,
      onState: (state) => {
        if (state.phase === 'waiting' || (state.phase === 'closed' && state.error)) onDown();
      },
    });
    return () => stream.close();
  };
}
