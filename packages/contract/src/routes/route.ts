import type { Role, WireFaultCode } from '../faults.js';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

export interface Route {
  readonly method: HttpMethod;
  /** Below `apiBasePath`; `:name` stands for one path parameter, which may itself contain slashes. */
  readonly path: string;
  /** The lowest role that may call it. */
  readonly role: Role;
  /** False: declared, answers 501 after identity and input were checked. */
  readonly served: boolean;
  /** Codes an error reply can carry beside those of `commonFaults`. */
  readonly faults: readonly WireFaultCode[];
  /** True: the reply is a stream of server-sent events, not one JSON value. */
  readonly stream?: true;
  /** True: the reply is a file to save, not JSON. */
  readonly download?: true;
  /** True: a POST that only asks, because its question is long. It is no change, and not audited. */
  readonly asks?: true;
  /** True: its body may hold what rules take out of jobs; the audit log gets the names of its fields alone. */
  readonly privateBody?: true;
  /** How the audit log names the call: `policy.update`; the route's name unless told. */
  readonly audit?: string;
}

/** A query value as callers write it; instants go onto the wire as ISO 8601. */
export type QueryValue = string | number | boolean | Date | undefined;

/** What a route takes that takes nothing. */
export interface NoInput {
  params: undefined;
  query: undefined;
  body: undefined;
}
/** What a route takes that is about one queue. */
export interface OfQueue {
  params: { queueName: string };
  query: undefined;
  body: undefined;
}
