/**
 * Lets one slice at a time through, in the order asked for: many operations of one control
 * plane load the engine no more than one, and a small one is not held up behind a large.
 */
export class SliceGate {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
