/** Events by time, earliest first, in flat arrays: a day has half a million of them. */
export class EventHeap {
  #size = 0;
  #times = new Float64Array(1_024);
  #payloads = new Int32Array(1_024);

  get nextMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] ?? 0);
  }

  push(atMs: number, payload: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    let index = this.#size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((times[parent] ?? 0) <= atMs) break;
      this.#set(index, times[parent] ?? 0, this.#payloads[parent] ?? 0);
      index = parent;
    }
    this.#set(index, atMs, payload);
  }

  /** The payload of the earliest event; 0 of an empty heap. */
  pop(): number {
    const earliest = this.#payloads[0] ?? 0;
    if (this.#size === 0) return 0;
    const times = this.#times;
    const last = --this.#size;
    const [atMs, payload] = [times[last] ?? 0, this.#payloads[last] ?? 0];
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= last) break;
      if (child + 1 < last && (times[child + 1] ?? 0) < (times[child] ?? 0)) child += 1;
      if ((times[child] ?? 0) >= atMs) break;
      this.#set(index, times[child] ?? 0, this.#payloads[child] ?? 0);
      index = child;
    }
    this.#set(index, atMs, payload);
    return earliest;
  }

  #set(index: number, atMs: number, payload: number): void {
    this.#times[index] = atMs;
    this.#payloads[index] = payload;
  }

  #grow(): void {
    const [times, payloads] = [this.#times, this.#payloads];
    this.#times = new Float64Array(times.length * 2);
    this.#times.set(times);
    this.#payloads = new Int32Array(payloads.length * 2);
    this.#payloads.set(payloads);
  }
}
