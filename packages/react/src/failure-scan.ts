import {
  addFailureGroups,
  type FailureGroup,
  type ScanFailuresRequest,
  type ScanFailuresResponse,
} from '@drover/contract';

export interface FailureScanState {
  readonly phase: 'looking' | 'done' | 'cancelled' | 'failed';
  /** The largest first. */
  readonly groups: readonly FailureGroup[];
  readonly examined: number;
  /** Failed jobs that there were when it began; undefined before the first slice. */
  readonly total: number | undefined;
  readonly error: Error | null;
  /** Wall clock of the latest slice (ms); 0 before the first. */
  readonly atMs: number;
}

const fresh: FailureScanState = { phase: 'looking', groups: [], examined: 0, total: undefined, error: null, atMs: 0 };

/** Asks for slice after slice of the failed jobs and adds their groups up, until all were looked at or it is cancelled. */
export class FailureScan {
  #state = fresh;
  #known: ReadonlyMap<string, FailureGroup> = new Map();
  #cursor: string | undefined;
  #going: AbortController | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly request: ScanFailuresRequest,
    private readonly ask: (body: ScanFailuresRequest, signal: AbortSignal) => Promise<ScanFailuresResponse>,
  ) {}

  readonly getState = (): FailureScanState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Goes on from where it is. Resolves when it rests. */
  readonly go = async (): Promise<void> => {
    if (this.#going || this.#state.phase === 'done') return;
    const going = new AbortController();
    this.#going = going;
    this.#set({ phase: 'looking', error: null });
    while (this.#going === going) {
      try {
        const cursor = this.#cursor;
        const slice = await this.ask({ ...this.request, ...(cursor !== undefined && { cursor }) }, going.signal);
        if (this.#going !== going) return;
        this.#take(slice);
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

  /** Asks for no more, and leaves the state as it is. */
  readonly leave = (): void => {
    const going = this.#going;
    this.#going = undefined;
    going?.abort();
  };

  #take({ groups, next, examined, total }: ScanFailuresResponse): void {
    this.#known = addFailureGroups(this.#known, groups);
    this.#cursor = next;
    if (next === undefined) this.#going = undefined;
    const phase = next === undefined ? 'done' : 'looking';
    const sorted = [...this.#known.values()].sort((one, other) => other.count - one.count);
    this.#set({ phase, groups: sorted, examined, total, atMs: Date.now() });
  }

  #set(change: Partial<FailureScanState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
