import type { AuditEntryReply, AuditReply } from '../audit.js';
import type { NoInput, Route } from './route.js';

export const auditRoutes = {
  getAudit: { method: 'GET', path: '/audit', role: 'admin', served: true, faults: ['engine_timeout'] },
  exportAudit: {
    method: 'GET',
    path: '/audit/export',
    role: 'admin',
    served: true,
    faults: ['engine_timeout'],
    download: true,
    audit: 'audit.export',
  },
} as const satisfies Record<string, Route>;

export interface AuditFilters {
  /** `user:ada@example.com`, `token:1f…`, `system`, `anonymous`. */
  actor?: string;
  /** `policy.update`, `session.create`; `access` for what somebody was not let in for. */
  action?: string;
  /** `queue:email-sending`. */
  target?: string;
  result?: AuditEntryReply['result'];
  /** Inclusive. */
  since?: Date | string;
  /** Exclusive. */
  until?: Date | string;
}

export interface AuditQueryInput extends AuditFilters {
  /** `nextCursor` of the page before: new entries do not shift the next one. */
  cursor?: string;
  /** 1 to 1,000; 100 unless told. */
  limit?: number;
}

export interface AuditExportQuery extends AuditFilters {
  /** JSON lines (the default), or CSV. */
  format?: 'jsonl' | 'csv';
}

/** Input and reply of each route, as callers see them. */
export interface AuditRouteTypes {
  getAudit: Omit<NoInput, 'query'> & { query: AuditQueryInput; reply: AuditReply };
  /** The whole file as text, newest entry first. */
  exportAudit: Omit<NoInput, 'query'> & { query: AuditExportQuery; reply: string };
}
