import { randomFrom } from './random-from.js';

/** One queue of the soak: what comes, how long a job runs, and how its fleet may grow. */
export interface SoakQueue {
  readonly name: string;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly priority: number;
  readonly serviceMs: number;
  readonly objectiveMs: number;
  /** Jobs per second at a second of the soak. */
  readonly rate: (second: number) => number;
}

const steady = (rate: number) => () => rate;
const wave = (mean: number, periodS: number) => (second: number) =>
  mean * (1 + 0.8 * Math.sin((2 * Math.PI * second) / periodS));
const every =
  (periodS: number, lengthS: number, high: number, low = 0) =>
  (second: number) =>
    second % periodS < lengthS ? high : low;
/** Ten times as much for two minutes, once in ten. */
const sale = (rate: number) => every(600, 120, 10 * rate, rate);

/** Twelve queues of mixed load: most of them small, two that must be quick, four that are often idle. */
export const soakQueues: readonly SoakQueue[] = [
  { ...limits('checkout', 1, 5, 10), serviceMs: 300, objectiveMs: 5_000, rate: sale(1) },
  { ...limits('mail', 1, 4, 5), serviceMs: 200, objectiveMs: 10_000, rate: sale(1.5) },
  { ...limits('index', 1, 3, 0), serviceMs: 400, objectiveMs: 30_000, rate: wave(1.5, 420) },
  { ...limits('images', 0, 3, 0), serviceMs: 2_000, objectiveMs: 30_000, rate: wave(0.4, 600) },
  { ...limits('reports', 0, 2, -5), serviceMs: 8_000, objectiveMs: 60_000, rate: every(400, 20, 0.3) },
  { ...limits('exports', 0, 2, -5), serviceMs: 5_000, objectiveMs: 60_000, rate: every(300, 5, 1) },
  { ...limits('webhooks', 1, 3, 0), serviceMs: 150, objectiveMs: 10_000, rate: steady(3) },
  { ...limits('sync', 1, 3, 0), serviceMs: 700, objectiveMs: 20_000, rate: steady(1) },
  { ...limits('cleanup', 0, 1, -10), serviceMs: 3_000, objectiveMs: 120_000, rate: every(500, 2, 2) },
  { ...limits('invoices', 0, 2, 0), serviceMs: 600, objectiveMs: 15_000, rate: wave(0.5, 900) },
  { ...limits('search', 1, 3, 5), serviceMs: 100, objectiveMs: 5_000, rate: wave(4, 300) },
  { ...limits('campaign', 0, 3, -5), serviceMs: 1_000, objectiveMs: 60_000, rate: every(700, 30, 4) },
];

function limits(name: string, minWorkers: number, maxWorkers: number, priority: number) {
  return { name, minWorkers, maxWorkers, priority };
}

/** Poisson arrivals in one second, the same for the same seed. */
export function arrivalsOf(queue: SoakQueue, second: number, seed: number): number {
  const random = randomFrom(`${seed} ${queue.name} ${second}`);
  const limit = Math.exp(-Math.max(0, queue.rate(second)));
  let jobs = 0;
  for (let product = random(); product > limit; product *= random()) jobs++;
  return jobs;
}
