import type { RouteMatch, RouteName } from '@drover/contract';
import type { Identity } from '../../auth/identity.js';
import type { Connection } from '../connection.js';
import type { RouteInput } from '../read-input.js';

/** What a handler tells the audit log of the change that it made; the rest is known from the request. */
export interface ChangeNote {
  /** The thing changed: `queue:email-sending`. The path parameter unless told. */
  readonly target?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Bounded particulars; never a secret. */
  readonly details?: unknown;
}

/** Everything about a call that is not its input. */
export interface RouteContext {
  readonly request: Request;
  readonly connection: Connection;
  readonly secure: boolean;
  readonly match: RouteMatch;
  readonly identity: Identity;
  readonly isCurrent: () => boolean;
  /** The version that `If-Match` names; undefined without one: then the last write wins. */
  readonly expectedVersion: number | undefined;
  /** Call once when a mutation was done, before replying. */
  readonly noteChange: (note: ChangeNote) => void;
}

export type RouteHandler<N extends RouteName> = (
  input: RouteInput<N>,
  context: RouteContext,
) => Response | Promise<Response>;

/** Handlers of one area's routes. */
export type HandlersOf<R> = { readonly [N in keyof R & RouteName]: RouteHandler<N> };
