interface Limit {
  /** Failures that cost nothing. */
  readonly free: number;
  /** Longest wait after one more failure. */
  readonly longestMs: number;
}

// An attacker who knows an account's name must not be able to lock its owner out: guesses
// from one address are slowed hard, guesses on one account from many addresses gently.
const limits = {
  pair: { free: 5, longestMs: 15 * 60_000 },
  account: { free: 20, longestMs: 60_000 },
  address: { free: 20, longestMs: 15 * 60_000 },
} as const satisfies Record<string, Limit>;

const FIRST_WAIT_MS = 1_000;
const FORGET_AFTER_MS = 3_600_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  failures: number;
  blockedUntilMs: number;
  lastMs: number;
}

export interface LoginAttempt {
  /** The password was right: this account's failures from this address are forgotten. */
  succeed(): void;
  /** It was not tried after all. */
  withdraw(): void;
}

/** Slows down guessing of passwords: each failure beyond the free ones doubles the wait. In memory, per replica. */
export class LoginThrottle {
  readonly #monotonicMs: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** How long to wait before the next attempt, 0 for none. */
  waitMs(account: string, address: string): number {
    const nowMs = this.#monotonicMs();
    const waits = keysOf(account, address).map(([key]) => (this.#entries.get(key)?.blockedUntilMs ?? 0) - nowMs);
    return Math.max(0, ...waits);
  }

  /**
   * Counts an attempt as failed until it says otherwise: a thousand guesses sent at the
   * same moment would all pass a count that is made only afterwards.
   */
  begin(account: string, address: string): LoginAttempt {
    const nowMs = this.#monotonicMs();
    const counted = keysOf(account, address);
    for (const [key, limit] of counted) this.#count(key, limit, nowMs);
    return {
      succeed: () => {
        for (const [key] of counted.slice(0, 2)) this.#entries.delete(key);
        this.#takeBack(counted.slice(2));
      },
      withdraw: () => this.#takeBack(counted),
    };
  }

  #count(key: string, { free, longestMs }: Limit, nowMs: number): void {
    const held = this.#entries.get(key);
    const entry =
      held && nowMs - held.lastMs < FORGET_AFTER_MS ? held : { failures: 0, blockedUntilMs: 0, lastMs: nowMs };
    entry.failures += 1;
    entry.lastMs = nowMs;
    const beyond = entry.failures - free;
    if (beyond >= 0) entry.blockedUntilMs = nowMs + Math.min(longestMs, FIRST_WAIT_MS * 2 ** Math.min(beyond, 20));
    // Re-inserted, so that the first entry is always the one that was quiet the longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
  }

  #takeBack(counted: readonly (readonly [string, Limit])[]): void {
    for (const [key, { free }] of counted) {
      const entry = this.#entries.get(key);
      if (!entry) continue;
      entry.failures -= 1;
      // Above the free ones the wait stays: guesses that ran beside this attempt earned it.
      if (entry.failures < free) entry.blockedUntilMs = 0;
    }
  }
}

function keysOf(account: string, address: string): readonly (readonly [string, Limit])[] {
  const network = networkOf(address);
  return [
    [`pair ${account} ${network}`, limits.pair],
    [`account ${account}`, limits.account],
    [`address ${network}`, limits.address],
  ];
}

/** An IPv6 caller has a whole /64 to come from; count it as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [before = ''] = address.split('::');
  return [...before.split(':'), '0', '0', '0'].slice(0, 4).join(':');
}
