/** `waiting` holds all that could run now: prioritized jobs, and those that a pause holds, too. */
export const jobStates = ['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

export interface JobRef {
  readonly queueName: string;
  readonly jobId: string;
}

/** A job as lists show it. Instants are ms since 1970. */
export interface JobRow extends JobRef {
  readonly name: string;
  readonly state: JobState;
  /** 0: none, which BullMQ runs before 1, the most urgent. */
  readonly priority: number;
  readonly attemptsMade: number;
  readonly attemptsStarted: number;
  readonly maxAttempts: number;
  readonly addedAtMs: number;
  /** When a delayed job comes due. */
  readonly dueAtMs: number | null;
  /** Start of the latest attempt. */
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Why the latest attempt failed, cut at 2,000 bytes. */
  readonly error: string | null;
  /** Name of the worker that took it last, where workers have names. */
  readonly processedBy: string | null;
  readonly schedulerId: string | null;
  readonly parent: JobRef | null;
  /** JSON text; `null` when there is none, or more than 2,000 bytes. */
  readonly progress: string | null;
  /** As the engine keeps it. */
  readonly dataBytes: number;
  readonly resultBytes: number;
  /** JSON texts, where a walk asks for them; `null` where they are larger than it takes. */
  readonly data?: string | null;
  readonly result?: string | null;
  /** Of the latest failed attempt, where a walk asks for it; `null` where there is none, or too much of it. */
  readonly stack?: string | null;
}

/** Where an engine may look for a text before it hands a job over. */
export type SieveField = 'data' | 'result' | 'error';

/**
 * A coarse filter that the engine applies itself: it may let through what does not match, and
 * never drops what does. Texts are ASCII; the engine looks for them in the order given.
 */
export interface JobSieve {
  readonly name?: string;
  readonly texts: readonly SieveText[];
}

export interface SieveText {
  readonly field: SieveField;
  readonly text: string;
  /** Without regard to case, which costs the engine a copy of each value. */
  readonly anyCase: boolean;
}

export interface JobWalk {
  readonly queueName: string;
  readonly state: JobState;
  /**
   * `oldest`: finished jobs as they finished; delayed ones as they come due; waiting ones as
   * workers take them; active ones as they were started. `newest` is the other way round.
   */
  readonly order: 'oldest' | 'newest';
  /** `next` of the slice before; `null` to begin. */
  readonly after: string | null;
  /** Jobs to look at, at most 1,000. */
  readonly look: number;
  readonly sieve?: JobSieve;
  /** Also hands over payloads and results of at most so many bytes each. */
  readonly maxValueBytes?: number;
  /** Also hands over the latest stack, of jobs whose stacks have together at most so many bytes. */
  readonly maxStackBytes?: number;
}

export interface JobSlice {
  readonly jobs: readonly JobRow[];
  /** Jobs looked at. */
  readonly examined: number;
  /** Where the walk goes on; `null` at its end. A slice may be short, or empty, and not be the last. */
  readonly next: string | null;
}

/** A value of a job: its JSON text, or `null` when it is larger than was asked for. */
export interface JobValue {
  readonly json: string | null;
  readonly bytes: number;
}

export type JobValueField = 'data' | 'options' | 'result' | 'progress';

/** All that the engine keeps of a job but its logs and the names of its children. */
export interface JobRecord {
  readonly row: JobRow;
  readonly values: Readonly<Record<JobValueField, JobValue>>;
  /** Stack of each failed attempt, first to last, as far as BullMQ keeps them. */
  readonly stacks: readonly string[];
  readonly stalledCount: number;
  readonly deduplicationId: string | null;
  readonly logCount: number;
  readonly children: Readonly<Record<ChildStatus, number>>;
}

/** `ignored`: it failed, and its parent runs all the same. */
export const childStatuses = ['pending', 'processed', 'ignored', 'failed'] as const;
export type ChildStatus = (typeof childStatuses)[number];

export interface JobChild extends JobRef {
  readonly status: ChildStatus;
}

export type JobAction =
  /** A failed or completed job is run again, by its priority; its attempts are counted anew. */
  | { readonly kind: 'retry' }
  /** A delayed job may run now. */
  | { readonly kind: 'promote' }
  /** With its logs. Refused while a worker holds it. */
  | { readonly kind: 'remove' }
  /** Refused while a worker holds it, which has its payload in hand already. */
  | {
      readonly kind: 'edit';
      /** JSON text. */
      readonly data?: string;
      /** Of a waiting or delayed job: 0 to 2,097,151. */
      readonly priority?: number;
      /** Of a delayed job, from now. */
      readonly delayMs?: number;
    };

export type JobOutcome =
  | { readonly done: true }
  /** `gone`: there is no such job. `refused`: it is in another state by now, or held. */
  | { readonly done: false; readonly why: 'gone' | 'refused'; readonly reason: string };

export interface NewJob {
  readonly queueName: string;
  readonly name: string;
  /** JSON text. */
  readonly data: string;
  /** BullMQ's job options. With an id that exists already nothing is added. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Jobs one by one: what they are, and what an operator does to them. Every call is bounded,
 * and keeps others from the engine for about a millisecond at most.
 */
export interface JobGateway {
  /**
   * Looks at the next jobs of a state. A walk goes on by place, not by number, and does not
   * shift while jobs come and go:
   *
   * - finished, delayed and waiting-children jobs on every engine, and waiting ones on
   *   PostgreSQL: none that stays in the state is shown twice or left out;
   * - where a state is a list (waiting and active ones on Redis): so too while one of three
   *   jobs of the slice before still stands within 5,000 places of where it stood, or the
   *   walk began within 5,000 places of the end where jobs are taken. Else it goes on at the
   *   same place of the list as it is then.
   */
  walk(walk: JobWalk): Promise<JobSlice>;
  /** The jobs of these names where they exist, in order; at most 2,000. */
  find(refs: readonly JobRef[]): Promise<readonly (JobRow | null)[]>;
  /** A whole job, its values as far as each has at most so many bytes; `null` when it is gone. */
  get(ref: JobRef, maxValueBytes: number): Promise<JobRecord | null>;
  /** Lines of a job's log from the `from`-th on, oldest first; at most 1,000. */
  logs(
    ref: JobRef,
    from: number,
    limit: number,
  ): Promise<{ readonly lines: readonly string[]; readonly total: number }>;
  /** Some of a job's children, unfinished ones first; at most 200. */
  children(ref: JobRef, limit: number): Promise<readonly JobChild[]>;
  /** Does one thing to one job, checked and done in one step of the engine. */
  act(ref: JobRef, action: JobAction): Promise<JobOutcome>;
  /** Answers the new job's id. */
  add(job: NewJob): Promise<string>;
}
