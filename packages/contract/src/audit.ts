/** One thing that was done or tried. `GET /audit`. */
export interface AuditEntryReply {
  /** Sorts as the entries were written. */
  id: string;
  at: Date;
  /** Account, token, `system`, or `anonymous`. */
  actor: string;
  /** Role that the actor had; `null` for the system and for the unknown. */
  role: string | null;
  /** Address of the caller; `null` for Drover's own acts. */
  from: string | null;
  /** Thing and verb: `policy.update`, `session.create`. */
  action: string;
  /** `queue:email-sending`, `user:ada@example.com`. */
  target: string;
  /** `refused`: the actor may not. `failed`: the actor may, but it could not be done. */
  result: 'done' | 'refused' | 'failed';
  /**
   * Particulars without secrets, by kind of act: `before` and `after` of a change, `code` and `message` of a
   * failure with what was `tried`, `repeated` for attempts of the same minute that were counted.
   */
  details: unknown;
}

export interface AuditReply {
  /** Newest first. A filter that matches rarely may leave a page short, or empty, that has a next one. */
  entries: AuditEntryReply[];
  /** Absent after the last page. */
  nextCursor?: string;
}
