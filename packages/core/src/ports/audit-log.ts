export interface AuditEntry {
  readonly atMs: number;
  /** Account, token or `system`. */
  readonly actor: string;
  readonly role: string | null;
  /** Address of the caller; `null` for Drover's own acts. */
  readonly from: string | null;
  /** Thing and verb of what was done or tried: `session.create`, `policy.update`. */
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
  readonly target?: string;
  readonly result?: AuditEntry['result'];
}

export interface AuditPage {
  /** Newest first. Fewer than `limit` also where a rare match made the engine look far. */
  readonly entries: readonly StoredAuditEntry[];
  /** The next page's `beforeId`; `null` after the last. */
  readonly nextBeforeId: string | null;
}

export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  query(query: AuditQuery): Promise<AuditPage>;
  prune(olderThanMs: number): Promise<void>;
}
