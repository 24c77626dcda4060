import type { AlertMessage } from '@drover/core';

/** A notifier as the configuration names it. Addresses and secrets stay in here: nothing shows or logs them. */
export type NotifierConfig =
  | { readonly type: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly type: 'slack'; readonly url: string }
  | {
      readonly type: 'mail';
      /** `smtp://` or `smtps://`, with the account in it. */
      readonly smtp: string;
      readonly from: string;
      readonly to: readonly string[];
    };

/** What a message says beside its alerts. */
export interface Letterhead {
  /** Name of the environment. */
  readonly environment: string;
  /** Where people look closer; `null` when not configured. */
  readonly dashboardUrl: string | null;
}

export interface Delivery {
  /** The same at every attempt. */
  readonly id: string;
  readonly message: AlertMessage;
  /** An earlier attempt ended without an answer, so the receiver may have it already. */
  readonly repeat: boolean;
  /** A message that an admin sends to try the notifier. */
  readonly test: boolean;
}

export interface Notifier {
  readonly name: string;
  readonly kind: NotifierConfig['type'];
  /** Resolves when the receiver has it. Rejects with DeliveryFailed, within its own deadline. */
  send(delivery: Delivery): Promise<void>;
}

/** Why a message did not arrive, in words that hold no address and no secret. */
export class DeliveryFailed extends Error {
  /** The receiver asked to be left alone for so long. */
  readonly retryAfterMs: number | null;
  /** HTTP status of the answer; `null` when there was none. */
  readonly status: number | null;
  /** It was sent, and nothing came back. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, options: DeliveryFailedOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeliveryFailed';
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.status = options.status ?? null;
    this.mayHaveArrived = options.mayHaveArrived ?? false;
  }
}

interface DeliveryFailedOptions {
  readonly retryAfterMs?: number | null;
  readonly status?: number | null;
  readonly mayHaveArrived?: boolean;
  readonly cause?: unknown;
}
