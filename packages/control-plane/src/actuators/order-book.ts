import type { ScaleOrder } from '@drover/core';

/**
 * The newest leader's epoch by queue, as this process has seen it. A leader that was succeeded
 * may still have an order under way in here; platforms know nothing of our lease, so we do.
 */
export class OrderBook {
  readonly #epochs = new Map<string, number>();

  /** Takes note of the order; false when a later leader has given one already. */
  admit(queueName: string, { epoch }: Pick<ScaleOrder, 'epoch'>): boolean {
    if (!this.isCurrent(queueName, { epoch })) return false;
    this.#epochs.set(queueName, epoch);
    return true;
  }

  /** To be asked again before each write: the answer may have changed while the platform was waited for. */
  isCurrent(queueName: string, { epoch }: Pick<ScaleOrder, 'epoch'>): boolean {
    return epoch >= (this.#epochs.get(queueName) ?? Number.NEGATIVE_INFINITY);
  }
}
