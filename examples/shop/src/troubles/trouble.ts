/** The troubles that the shop can be put in, and what each looks like from Drover's side. */
export const troubleKinds = {
  'flash-sale': {
    start: 'flash-sale',
    subject: 'flash-sale',
    seconds: 120,
    does: 'Orders come ten times as fast.',
    watch: 'arrivals climb everywhere; payments and email-sending cannot keep up, wait, and drain after.',
  },
  'payments-broken': {
    start: 'break payments',
    subject: 'payments',
    seconds: 300,
    does: 'The payment service answers 503 or not at all.',
    watch: 'payments: error rate and timeouts climb, retries pile up as delayed; health turns critical.',
  },
  'payments-slow': {
    start: 'slow payments',
    subject: 'payments',
    seconds: 300,
    does: 'The payment service takes 15 times as long, and refuses (429) what it cannot hold.',
    watch: 'payments: p50 and p95 jump, waiting grows, timeouts appear.',
  },
  'assets-leaking': {
    start: 'leak assets',
    subject: 'assets',
    seconds: 600,
    does: 'Each image job keeps its decoded picture in memory (6 MB a job, 700 MB a worker at most).',
    watch: 'asset-processing: memory climbs job by job past the soft limit.',
  },
  'search-slow': {
    start: 'slow search',
    subject: 'search',
    seconds: 300,
    does: 'Each catalogue change rebuilds its whole shard, as if from a slow disk.',
    watch: 'search-indexing: p95 goes from milliseconds to a second, the oldest waiting job ages.',
  },
  'email-failing': {
    start: 'fail email',
    subject: 'email',
    seconds: 120,
    does: 'The mail server turns mail away (451).',
    watch: 'email-sending and email-campaign: error rate near 100 %, delayed grows; it heals by retries.',
  },
  'tax-blocking': {
    start: 'block tax',
    subject: 'tax',
    seconds: 180,
    does: 'Each tax document keeps its event loop busy for 45 seconds.',
    watch: 'tax-generation: its worker falls silent, is killed and replaced; its jobs count as stalled and run again.',
  },
} as const satisfies Record<string, TroubleKind>;

interface TroubleKind {
  /** The words of `npm run shop -- <start>`. */
  readonly start: string;
  /** The word of `npm run shop -- fix <subject>`. */
  readonly subject: string;
  /** How long it lasts unless told otherwise. */
  readonly seconds: number;
  readonly does: string;
  readonly watch: string;
}

export type TroubleName = keyof typeof troubleKinds;

export const troubleNames = Object.keys(troubleKinds) as TroubleName[];

export interface Trouble {
  /** Every trouble ends by itself: a forgotten one would spoil the shop for days. */
  readonly until: string;
  /** Of a flash sale: orders, compared with usual. */
  readonly times?: number;
}

export type Troubles = Partial<Record<TroubleName, Trouble>>;
