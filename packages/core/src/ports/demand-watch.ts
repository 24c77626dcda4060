/**
 * Tells by event, within about a tenth of a second, that a queue has jobs ready to run: what
 * a scaler of queues without workers needs, where a look every few seconds is too late.
 */
export interface DemandWatch {
  /**
   * Watches exactly these queues from now on: by name, how many jobs that are ready to run
   * (added, come due, retried, put back) are worth a call. A queue where as many are ready
   * already is told of at once; one that stays so, again every half second, until the call
   * that leaves it out or asks for more. Costs one connection however many queues there are,
   * and none while there are none.
   */
  watch(queues: ReadonlyMap<string, number>): void;
  /** Returns the way to stop that. What happens while the engine is away is told on its return. */
  onDemand(listener: (queueNames: readonly string[]) => void): () => void;
}
