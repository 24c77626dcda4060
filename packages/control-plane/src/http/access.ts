import type { Role } from '@drover/contract';
import type { Fault } from '@drover/core';
import type { Auth } from '../auth/create-auth.js';
import type { Identity } from '../auth/identity.js';
import type { Caller } from './connection.js';
import { writeCookie } from './cookies.js';
import { credentialsOf } from './credentials.js';

/** Who may call the API: by Drover's own accounts, or by the word of the host that it is mounted in. */
export interface Access {
  /** Whose request this is; `null` for nobody known. */
  identify(request: Request, caller: Caller): Promise<Identity | null>;
  /** Why this identity may not, as a fault; `null` when it may. */
  refuses(identity: Identity, required: Role): Fault | null;
  /** Whether who was identified earlier would be now: for streams that outlive a request. */
  isCurrent(identity: Identity): boolean;
  /** `Set-Cookie` for a session whose cookie grows old. */
  renewedCookie(identity: Identity, caller: Caller): Promise<string | undefined>;
}

/** Drover's own sign-in: session cookies and API tokens. */
export function ownAccess(auth: Auth): Access {
  return {
    identify: (request, caller) => auth.identify(credentialsOf(request, caller)),
    refuses: (identity, required) => auth.refuses(identity, required),
    isCurrent: (identity) => auth.isCurrent(identity),
    async renewedCookie(identity, caller) {
      const renewed = await auth.renew(identity);
      if (!renewed) return undefined;
      return writeCookie('session-token', renewed.cookie, caller, renewed.identity.session?.expiresAtMs);
    },
  };
}
