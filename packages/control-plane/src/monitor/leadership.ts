import type { Clock, Fence, Lease, LeaseGrant } from '@drover/core';
import { rest } from './rest.js';

export const MONITOR_LEASE = 'monitor';
/** A leader that dies is succeeded within LEASE_TTL_MS + RENEW_EVERY_MS: under 10 s, with room for slow answers. */
const LEASE_TTL_MS = 6_000;
const RENEW_EVERY_MS = 1_500;

export interface LeadershipOptions {
  readonly lease: Lease;
  readonly instanceId: string;
  readonly clock: Clock;
  /** Asked before every renewal: false gives the lease up, or leaves it to others. */
  readonly mayLead: () => Promise<boolean>;
  /** Called with every failed renewal; the loop goes on. */
  readonly onError: (error: unknown) => void;
}

export interface Leadership {
  /**
   * The fence to write under, while this instance leads and its lease cannot have ended yet
   * by its own monotonic clock; `null` otherwise. Ask before every act.
   */
  fence(): Fence | null;
  /** Who leads, as last seen; `null` when nobody did. */
  leader(): string | null;
  /** Drops leadership at once, after a write was refused as fenced. */
  surrender(): void;
  stop(): Promise<void>;
}

/** Keeps trying to hold the monitor's lease until stopped, then gives it up. */
export function startLeadership(options: LeadershipOptions): Leadership {
  const { lease, instanceId, clock } = options;
  const stopping = new AbortController();
  let held: { grant: LeaseGrant; untilMonotonicMs: number } | null = null;
  let leader: string | null = null;

  const renew = async (): Promise<void> => {
    // Taken before the call: the lease began at the latest when the engine answered.
    const askedAtMs = clock.monotonicMs();
    const stands = await options.mayLead();
    if (!stands && held !== null) await lease.release(MONITOR_LEASE, instanceId);
    const grant = stands ? await lease.acquire(MONITOR_LEASE, instanceId, LEASE_TTL_MS) : null;
    held = grant === null ? null : { grant, untilMonotonicMs: askedAtMs + LEASE_TTL_MS };
    leader = grant?.holder ?? (await lease.read(MONITOR_LEASE))?.holder ?? null;
  };

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await renew().catch(options.onError);
      await rest(RENEW_EVERY_MS, stopping.signal);
    }
  })();

  return {
    fence() {
      if (held === null || clock.monotonicMs() >= held.untilMonotonicMs) return null;
      return { name: held.grant.name, epoch: held.grant.epoch };
    },
    leader: () => leader,
    surrender() {
      held = null;
    },
    async stop() {
      stopping.abort();
      await loop;
      held = null;
      await lease.release(MONITOR_LEASE, instanceId).catch(options.onError);
    },
  };
}
