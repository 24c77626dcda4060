export interface AuditEntry {
  readonly atMs: number;
  /** Account, token or `system`. */
  readonly actor: string;
  readonly role: string | null;
  /** Address of the caller; `null` for Drover's own acts. */
  readonly from: string | null;
  /** Verb in the past of the thing done or refused: `session.create`, `policy.update`. */
  readonly action: string;
  /** The thing acted on: `queue:email-sending`, `user:ada`. */
  readonly target: string;
  readonly result: 'done' | 'refused' | 'failed';
  /** Bounded particulars; never a secret. */
  readonly details: unknown;
}

export interface StoredAuditEntry extends AuditEntry {
  /** Sorts as the entries were written. */
  readonly id: string;
}

export interface AuditQuery {
  readonly limit: number;
  /** Only entries written before this one: pages do not shift when new entries arrive. */
  readonly beforeId?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly actor?: string;
  readonly action?: string;
}

export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first. */
  query(query: AuditQuery): Promise<readonly StoredAuditEntry[]>;
  prune(olderThanMs: number): Promise<void>;
}
