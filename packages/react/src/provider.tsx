import { type QueueSystemApiClient, queueSystemApi } from '@drover/client';
import type { PublishedTopic } from '@drover/contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { queueSystemKeys as keys } from './keys.js';
import { eventStream } from './live/event-stream.js';
import { LiveLink } from './live/live-link.js';
import type { LiveState, Transport } from './live/live-state.js';
import { type Notify, sonnerNotify } from './notify.js';
import { type QueueSystemQueries, queueSystemQueries } from './queries.js';

interface DroverContext {
  readonly client: QueueSystemApiClient;
  readonly queries: QueueSystemQueries;
  readonly notify: Notify;
  readonly link?: LiveLink;
}

/** Without a provider the hooks work as the guide has them: the singleton client, polling, sonner. */
const defaults: DroverContext = {
  client: queueSystemApi,
  queries: queueSystemQueries(queueSystemApi),
  notify: sonnerNotify,
};

const Context = createContext<DroverContext>(defaults);

export interface DroverProviderProps {
  readonly client?: QueueSystemApiClient;
  /** `sse` (default): one stream feeds the hooks, which poll only when it fails. */
  readonly transport?: Transport;
  /**
   * Topics whose events refresh the hooks about them at once; all but `audit` unless told, which
   * is for admins: the stream is refused to anybody else who asks for it. Give a constant.
   */
  readonly topics?: readonly PublishedTopic[];
  readonly notify?: Notify;
  readonly children: ReactNode;
}

const topicsForAll: readonly PublishedTopic[] = ['alerts', 'operations', 'workers'];

/** Gives the hooks below it a client, live data and a place for notices. Needs a `QueryClientProvider` above. */
export function DroverProvider({
  client = queueSystemApi,
  transport = 'sse',
  topics = topicsForAll,
  notify = sonnerNotify,
  children,
}: DroverProviderProps) {
  const cache = useQueryClient();
  const link = useMemo(
    () =>
      new LiveLink({
        cache,
        ...(transport === 'sse' && { openStream: eventStream(client, topics) }),
        probe: () =>
          cache.fetchQuery({
            queryKey: keys.dashboard(),
            queryFn: () => client.getDashboardSummary(),
            staleTime: 0,
            retry: false,
          }),
      }),
    [cache, client, transport, topics],
  );
  const value = useMemo(
    () => ({ client, queries: queueSystemQueries(client, link), notify, link }),
    [client, link, notify],
  );

  useEffect(() => {
    const onVisibility = () => link.setHidden(document.hidden);
    onVisibility();
    link.start();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      link.stop();
    };
  }, [link]);

  return <Context value={value}>{children}</Context>;
}

export function useDrover(): DroverContext {
  return useContext(Context);
}

const untracked: LiveState = { phase: 'polling' };
const noSubscription = () => () => undefined;
const getUntracked = () => untracked;

/** How fresh the data is, for an indicator. Without a provider: always `polling`. */
export function useLiveState(): LiveState {
  const { link } = useDrover();
  return useSyncExternalStore(link?.subscribe ?? noSubscription, link?.getState ?? getUntracked, getUntracked);
}

export interface LiveControls {
  pause(): void;
  resume(): void;
  refresh(): Promise<void>;
  /** While offline: asks the server now. */
  retryNow(): void;
}

/** Pause, resume and refresh by hand. */
export function useLiveControls(): LiveControls {
  const { link } = useDrover();
  const cache = useQueryClient();
  return useMemo(
    () =>
      link ?? {
        pause: () => undefined,
        resume: () => undefined,
        retryNow: () => undefined,
        refresh: () => cache.invalidateQueries({ queryKey: keys.all }),
      },
    [link, cache],
  );
}
