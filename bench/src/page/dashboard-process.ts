import { fileURLToPath } from 'node:url';
import type { LiveSnapshot, TrendsResponse } from '@drover/contract';
import { createApp, createAuth, SettingsCache, serve } from '@drover/control-plane';
import { pino } from 'pino';
import { benchSnapshot } from '../http/bench-snapshot.js';
import { MemorySettings, noServices, noTrail } from '../http/memory-stores.js';

/**
 * The control plane with the built dashboard, in a process of its own so that it does not
 * share a thread with what drives the browser. Told a number, it publishes that tick.
 */
const queueCount = Number(process.argv[2]);
const dashboardDir = fileURLToPath(new URL('../../../packages/dashboard/dist', import.meta.url));
const TREND_POINTS = 60;

/** As the monitor makes it: with its list of alerts, or the page would have to ask for that. */
const snapshotOf = (seq: number): LiveSnapshot => ({ ...benchSnapshot(seq, queueCount, queueCount), alerts: [] });

let snapshot = snapshotOf(1);
const listeners = new Set<(snapshot: LiveSnapshot) => void>();
const settings = new SettingsCache({ settings: new MemorySettings() });
await settings.refresh();
const auth = await createAuth({
  settings,
  audit: noTrail,
  clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
});
const { email, generatedPassword = '' } = await auth.ensureFirstAdmin();
const { cookie } = await auth.signIn({ email, password: generatedPassword, address: null });
const unasked = () => Promise.reject(new Error('The overview does not ask this.'));
/** The overview asks what the scaler did last. */
const services = new Proxy(noServices, {
  get: (others, area) =>
    area === 'scaling'
      ? { history: async (queueName: string) => ({ queueName, history: [] }) }
      : Reflect.get(others, area),
});
const app = createApp({
  services,
  auth,
  dashboardDir,
  log: pino({ level: 'error' }),
  reads: {
    current: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => snapshot.status,
    published: () => null,
    trends: async (rangeMs) => trendsOf(snapshot, rangeMs),
    history: unasked,
    executionStats: unasked,
  },
});
const { url } = await serve(app, { port: 0 });
process.on('message', (seq: number) => {
  snapshot = snapshotOf(seq);
  for (const listener of listeners) listener(snapshot);
});
process.send?.({ url, cookie: { name: `drover-${new URL(url).port}.session-token`, value: cookie } });

/** A course for every queue's sparkline: none of them may be free to draw. */
function trendsOf({ queues, timestamp }: LiveSnapshot, rangeMs: number): TrendsResponse {
  const course = (salt: number) => Array.from({ length: TREND_POINTS }, (_, at) => (salt * 31 + at * 17) % 1_000);
  return {
    since: new Date(timestamp.getTime() - rangeMs),
    stepMs: rangeMs / TREND_POINTS,
    system: { waiting: course(1), jobsPerMinute: course(2), errorRate: course(3), memoryMB: course(4) },
    queues: Object.fromEntries(queues.map(({ queueName }, index) => [queueName, { waiting: course(index) }])),
  };
}
