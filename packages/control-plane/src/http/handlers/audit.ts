import type { auditRoutes } from '@drover/contract';
import { auditFormats } from '../../use-cases/audit/audit-formats.js';
import type { AuditFilter, AuditService } from '../../use-cases/audit/audit-service.js';
import { jsonReply } from '../error-reply.js';
import type { RouteInput } from '../read-input.js';
import type { HandlersOf } from './route-context.js';

const DEFAULT_LIMIT = 100;

export function createAuditHandlers(audit: AuditService): HandlersOf<typeof auditRoutes> {
  return {
    async getAudit({ query }) {
      return jsonReply(await audit.page(filterOf(query), query.limit ?? DEFAULT_LIMIT, query.cursor));
    },

    async exportAudit({ query }, { request, noteChange }) {
      const { format = 'jsonl' } = query;
      const body = await audit.export(filterOf(query), format);
      // Who took the log away is worth a line in it.
      noteChange({ target: 'audit', details: { format } });
      const headers = {
        'Content-Type': auditFormats[format].contentType,
        'Content-Disposition': `attachment; filename="drover-audit.${format}"`,
        'Cache-Control': 'no-store',
      };
      if (request.method !== 'HEAD') return new Response(body, { headers });
      await body.cancel();
      return new Response(null, { headers });
    },
  };
}

function filterOf(query: RouteInput<'exportAudit'>['query']): AuditFilter {
  const { actor, action, target, result, since, until } = query;
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(target !== undefined && { target }),
    ...(result !== undefined && { result }),
    ...(since && { sinceMs: since.getTime() }),
    ...(until && { untilMs: until.getTime() }),
  };
}
