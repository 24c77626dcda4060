import type { JobSummary, SearchJobsRequest, SearchJobsResponse } from '@drover/contract';

export interface JobSearchState {
  /** `held`: enough hits for now. `cancelled` and `failed` ones can go on from where they were. */
  readonly phase: 'searching' | 'held' | 'done' | 'cancelled' | 'failed';
  readonly hits: readonly JobSummary[];
  readonly examined: number;
  /** Jobs that there were when it began; undefined before the first slice. */
  readonly total: number | undefined;
  readonly skipped: number;
  readonly error: Error | null;
  /** Wall clock of the latest slice (ms); 0 before the first. */
  readonly atMs: number;
}

/** What a search that was left goes on from. */
export interface JobSearchStand extends JobSearchState {
  readonly cursor: string | undefined;
}

const fresh: JobSearchStand = {
  phase: 'searching',
  hits: [],
  examined: 0,
  total: undefined,
  skipped: 0,
  error: null,
  atMs: 0,
  cursor: undefined,
};

/** Hits that one go brings. */
const hitsPerGo = 100;

/**
 * Asks for slice after slice until there are enough hits, all was looked at, or it is cancelled. Hits are told with
 * the slice that found them. A slice that was cut off is asked for again when it goes on: none is lost or doubled.
 */
export class JobSearch {
  #state: JobSearchStand;
  #going: AbortController | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly request: SearchJobsRequest,
    private readonly ask: (body: SearchJobsRequest, signal: AbortSignal) => Promise<SearchJobsResponse>,
    stand?: JobSearchStand,
  ) {
    this.#state = stand ?? fresh;
  }

  readonly getState = (): JobSearchStand => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Goes on for another hundred hits. Resolves when it rests. */
  readonly go = async (): Promise<void> => {
    if (this.#going || this.#state.phase === 'done') return;
    const going = new AbortController();
    this.#going = going;
    const enough = this.#state.hits.length + hitsPerGo;
    this.#set({ phase: 'searching', error: null });
    while (this.#going === going) {
      const { cursor } = this.#state;
      try {
        const slice = await this.ask({ ...this.request, ...(cursor !== undefined && { cursor }) }, going.signal);
        if (this.#going !== going) return;
        this.#take(slice, enough);
      } catch (error) {
        if (this.#going !== going) return;
        this.#going = undefined;
        this.#set({ phase: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
      }
    }
  };

  readonly cancel = (): void => {
    if (!this.#going) return;
    this.leave();
    this.#set({ phase: 'cancelled' });
  };

  /** Asks for no more, and leaves the state as it is: whoever comes back goes on. */
  readonly leave = (): void => {
    const going = this.#going;
    this.#going = undefined;
    going?.abort();
  };

  #take({ hits, next, examined, total, skipped }: SearchJobsResponse, enough: number): void {
    // A job that moved between two slices may be met again.
    const known = new Set(this.#state.hits.map(keyOf));
    const all = [...this.#state.hits, ...hits.filter((hit) => !known.has(keyOf(hit)))];
    const phase = next === undefined ? 'done' : all.length >= enough ? 'held' : 'searching';
    if (phase !== 'searching') this.#going = undefined;
    this.#set({ phase, hits: all, cursor: next, examined, total, skipped, atMs: Date.now() });
  }

  #set(change: Partial<JobSearchStand>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const keyOf = ({ queueName, jobId }: JobSummary) => JSON.stringify([queueName, jobId]);
