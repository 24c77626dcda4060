import type { RouteMatch } from '@drover/contract';
import { type Fault, isFault } from '@drover/core';
import type { Identity } from '../auth/identity.js';
import type { AuditTrail, NewAuditEntry } from '../use-cases/audit/audit-trail.js';
import type { Caller } from './connection.js';
import type { ChangeNote } from './handlers/route-context.js';

/** A call as far as it came. */
export interface Call {
  readonly caller: Caller;
  identity: Identity | null;
  match: RouteMatch | null;
  /** Checked by the route's schema. */
  body?: unknown;
  note: ChangeNote | null;
}

const NOBODY = 'anonymous';
const MAX_MESSAGE = 300;

/** Every change, whether its handler told of one or not; a read only when it did. */
export async function auditDone(trail: AuditTrail, call: Call): Promise<void> {
  if (call.note === null && !isChange(call)) return;
  const after = call.note === null ? call.body : call.note.after;
  const details = { ...particulars(call), ...(after !== undefined && { after }) };
  await trail.record({ ...who(call), ...what(call), result: 'done', details });
}

/** A change that could not be made, or a call that somebody may not make. */
export function auditFailed(trail: AuditTrail, call: Call, error: unknown): void {
  const code = isFault(error) ? error.code : 'internal';
  if (code === 'unauthenticated' || (code === 'forbidden' && !isChange(call))) {
    const target = call.match ? `${call.match.route.method} ${call.match.route.path}` : 'unknown path';
    trail.refused({ ...who(call), action: 'access', target, details: { code } });
  } else if (code === 'forbidden') {
    // Absent for a request that came from another site: no role would let it pass.
    const { requiredRole } = ((error as Fault).details ?? {}) as { requiredRole?: string };
    trail.refused({ ...who(call), ...what(call), details: { code, ...(requiredRole && { requiredRole }) } });
  } else if (isChange(call)) {
    const message = code === 'internal' ? undefined : (error as Fault).message.slice(0, MAX_MESSAGE);
    const details = { code, ...(message && { message }), ...particulars(call), ...tried(call) };
    trail.failed({ ...who(call), ...what(call), details });
  }
}

const isChange = ({ match }: Call): boolean =>
  match !== null && match.route.method !== 'GET' && match.route.asks !== true;

function who({ identity, caller }: Call): Pick<NewAuditEntry, 'actor' | 'role' | 'from'> {
  return { actor: identity?.actor ?? NOBODY, role: identity?.role ?? null, from: caller.address };
}

function what({ match, note }: Call): Pick<NewAuditEntry, 'action' | 'target'> {
  return {
    action: match?.route.audit ?? match?.name ?? 'access',
    target: note?.target ?? targetOf(match),
  };
}

/** `queue:email-sending`, from the path's one parameter. */
function targetOf(match: RouteMatch | null): string {
  const [parameter] = Object.entries(match?.params ?? {});
  if (parameter === undefined) return match?.route.path ?? 'unknown path';
  const [name, value] = parameter;
  return `${name.replace(/(Name|Id)$/, '')}:${value}`;
}

function particulars({ note }: Call): Record<string, unknown> {
  if (note === null) return {};
  return { ...(note.details as object | undefined), ...(note.before !== undefined && { before: note.before }) };
}

function tried({ body, match }: Call): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (match?.route.privateBody) return { tried: { fields: Object.keys(body) } };
  const { password, ...rest } = body as { password?: unknown };
  return { tried: password === undefined ? body : { ...rest, password: '(not kept)' } };
}
