type State = 'starting' | 'ready' | 'draining' | 'gone';

/**
 * Workers as they start, run jobs and leave. Going down takes the starting ones first, then idle
 * ones, then those with the fewest jobs, which finish what they have.
 */
export class SimulatedFleet {
  readonly slots: number;
  wanted = 0;
  starting = 0;
  ready = 0;
  draining = 0;
  busySlots = 0;
  #states: State[] = [];
  #jobs: number[] = [];
  #isListed: boolean[] = [];
  /** Workers that may have a free slot, in the order they got it. */
  #free: number[] = [];
  #freeFrom = 0;
  #present: number[] = [];

  constructor(slots: number) {
    this.slots = slots;
  }

  /** Of a worker that shall start. */
  launch(): number {
    const id = this.#states.push('starting') - 1;
    this.#jobs.push(0);
    this.#isListed.push(false);
    this.#present.push(id);
    this.starting += 1;
    return id;
  }

  /** False when it was taken away before. */
  becomeReady(id: number): boolean {
    if (this.#states[id] !== 'starting') return false;
    this.#states[id] = 'ready';
    this.starting -= 1;
    this.ready += 1;
    this.#list(id);
    return true;
  }

  /** A worker that takes one more job now, -1 when none is free. */
  takeSlot(): number {
    while (this.#freeFrom < this.#free.length) {
      const id = this.#free[this.#freeFrom++] ?? -1;
      this.#isListed[id] = false;
      if (this.#states[id] !== 'ready') continue;
      const jobs = (this.#jobs[id] ?? 0) + 1;
      this.#jobs[id] = jobs;
      this.busySlots += 1;
      if (jobs < this.slots) this.#list(id);
      if (this.#freeFrom > 4_096) {
        this.#free = this.#free.slice(this.#freeFrom);
        this.#freeFrom = 0;
      }
      return id;
    }
    return -1;
  }

  finishJob(id: number): void {
    const jobs = (this.#jobs[id] ?? 1) - 1;
    this.#jobs[id] = jobs;
    this.busySlots -= 1;
    if (this.#states[id] === 'ready') this.#list(id);
    if (this.#states[id] !== 'draining' || jobs > 0) return;
    this.#states[id] = 'gone';
    this.draining -= 1;
  }

  takeAway(count: number): void {
    this.#present = this.#present.filter((id) => this.#states[id] !== 'gone');
    const ready = this.#present.filter((id) => this.#states[id] === 'ready');
    const starting = this.#present.filter((id) => this.#states[id] === 'starting').reverse();
    ready.sort((a, b) => (this.#jobs[a] ?? 0) - (this.#jobs[b] ?? 0) || b - a);
    for (const id of [...starting, ...ready].slice(0, count)) {
      const wasStarting = this.#states[id] === 'starting';
      const drains = (this.#jobs[id] ?? 0) > 0;
      this.#states[id] = drains ? 'draining' : 'gone';
      if (wasStarting) this.starting -= 1;
      else this.ready -= 1;
      if (drains) this.draining += 1;
    }
  }

  #list(id: number): void {
    if (this.#isListed[id]) return;
    this.#isListed[id] = true;
    this.#free.push(id);
  }
}
