import { type Role, roleIncludes, roles } from '@drover/contract';
import { Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { Identity } from '../auth/identity.js';
import type { Access } from './access.js';

/** Somebody whom the host knows. */
export interface HostUser {
  /** Unique and lasting: the audit log names the user by it. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Asked at every request; `null` answers it with 401. Must be quick, and must not trust what a page can set. */
export type Authorize = (request: Request) => HostUser | null | Promise<HostUser | null>;

export interface HostedAccessOptions {
  readonly authorize: Authorize;
  readonly log: Logger;
}

interface Watched {
  readonly request: Request;
  current: boolean;
  asking: boolean;
}

/** Access by the host's word. Drover's own accounts, and its switches for roles below admin, do not count here. */
export function createHostedAccess(options: HostedAccessOptions): Access {
  const { authorize, log } = options;
  /** What streams need to be asked about again; gone with their identities. */
  const watched = new WeakMap<Identity, Watched>();

  const ask = async (request: Request): Promise<Identity | null> => {
    const user = await authorize(request);
    return user === null ? null : identityOf(user);
  };

  return {
    async identify(request) {
      const identity = await ask(request);
      if (identity) watched.set(identity, { request, current: true, asking: false });
      return identity;
    },

    refuses({ role }, required) {
      if (roleIncludes(role, required)) return null;
      const message = `This needs the role ${required}; you have ${role}.`;
      return new Fault('forbidden', message, { details: { requiredRole: required, role } });
    },

    // Asked at each heartbeat and answered by the one before: a host's answer takes its time.
    isCurrent(identity) {
      const watch = watched.get(identity);
      if (!watch) return false;
      if (!watch.asking) {
        watch.asking = true;
        ask(watch.request)
          .then((now) => {
            watch.current = now?.id === identity.id && now.role === identity.role;
          })
          // The host's own store may be away for a moment: whoever was let in stays until it answers.
          .catch((error: unknown) => log.warn({ err: error }, 'authorize failed for an open stream'))
          .finally(() => {
            watch.asking = false;
          });
      }
      return watch.current;
    },

    renewedCookie: async () => undefined,
  };
}

/** Throws on an answer that is none: letting in somebody with half a name would show only in the audit log. */
function identityOf({ id, name, role }: HostUser): Identity {
  if (typeof id !== 'string' || id === '' || !roles.includes(role)) {
    throw new TypeError(`authorize must answer null or { id, name, role } with role one of ${roles.join(', ')}.`);
  }
  return { kind: 'user', id, name: String(name ?? id), email: '', role, actor: `user:${id}` };
}
