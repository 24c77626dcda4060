import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { type StoredDeployment, schemas, toDeployment, toHpaList, toScale, toStatus } from './api-objects.js';
import type { TestCertificates } from './certificates.js';

export interface PolicyRule {
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly verbs: readonly string[];
}

/** What the server does instead of answering. */
export type ApiFault = { readonly status: number; readonly retryAfterSeconds?: number } | 'hang' | 'reset' | 'html';

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** As they arrived: `PATCH /apis/…`. */
  readonly requests: string[];
  readonly deployments: Map<string, StoredDeployment>;
  readonly hpas: IHorizontalPodAutoscaler[];
  /** Tokens that it accepts; a client certificate of its authority is accepted, too. */
  readonly tokens: Set<string>;
  /** What whoever calls may do; anything at first. */
  rules: readonly PolicyRule[];
  fault: ApiFault | null;
  /** Before so many writes, somebody else changes the object. */
  conflicts: number;
  /** Writes that changed a count. */
  changes: number;
  addDeployment(name: string, over?: Partial<StoredDeployment>): StoredDeployment;
  stop(): Promise<void>;
}

const PATHS =
  /^\/apis\/(?<group>apps|autoscaling)\/(?<version>v\d)\/namespaces\/(?<namespace>[^/]+)\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>scale))?$/;
const anything: PolicyRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

/**
 * Speaks the part of the API of Kubernetes that scaling needs, over TLS: authentication, roles,
 * optimistic concurrency and its errors as the real one has them, every reply checked against
 * the published schema. What breaks on real clusters is switched on by the test.
 */
export async function startApiServer(certificates: TestCertificates, port = 0): Promise<ApiServer> {
  const server = createServer(
    { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) => void answer(incoming, outgoing),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo;

  const api: ApiServer = {
    url: `https://127.0.0.1:${actual}`,
    port: actual,
    requests: [],
    deployments: new Map(),
    hpas: [],
    tokens: new Set(['secret-token']),
    rules: [anything],
    fault: null,
    conflicts: 0,
    changes: 0,
    addDeployment(name, over = {}) {
      const stored = { namespace: 'shop', name, replicas: 1, ready: 1, resourceVersion: 100, conditions: [], ...over };
      api.deployments.set(`${stored.namespace}/${name}`, stored);
      return stored;
    },
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    api.requests.push(`${method} ${url}`);
    const body = await textOf(incoming);
    const { fault } = api;
    if (fault === 'hang') return;
    if (fault === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (fault === 'html') {
      outgoing.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Sign in</h1>');
      return;
    }
    if (fault !== null) {
      if (fault.retryAfterSeconds !== undefined) outgoing.setHeader('Retry-After', String(fault.retryAfterSeconds));
      return send(outgoing, fault.status, toStatus(fault.status, 'Unknown', 'the server is not itself'));
    }
    const bearer = incoming.headers.authorization?.replace(/^Bearer /, '');
    const isKnown = bearer === undefined ? (incoming.socket as TLSSocket).authorized : api.tokens.has(bearer);
    if (!isKnown) return send(outgoing, 401, toStatus(401, 'Unauthorized', 'Unauthorized'));
    const found = PATHS.exec(url.split('?')[0] ?? '')?.groups;
    if (!found)
      return send(outgoing, 404, toStatus(404, 'NotFound', 'the server could not find the requested resource'));
    const { group = '', namespace = '', plural = '', name, sub } = found;
    const verb = method === 'PATCH' ? 'patch' : name === undefined ? 'list' : 'get';
    const resource = sub ? `${plural}/${sub}` : plural;
    if (!api.rules.some((rule) => allows(rule, group, resource, name, verb))) {
      const message = `${plural}.${group} "${name ?? ''}" is forbidden: User "system:serviceaccount:shop:drover" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
      return send(outgoing, 403, toStatus(403, 'Forbidden', message));
    }
    if (plural === 'horizontalpodautoscalers') return send(outgoing, 200, toHpaList(api.hpas));
    const stored = api.deployments.get(`${namespace}/${name}`);
    if (!stored || plural !== 'deployments') {
      return send(outgoing, 404, toStatus(404, 'NotFound', `${plural}.${group} "${name}" not found`));
    }
    if (method === 'GET') return send(outgoing, 200, sub ? toScale(stored) : toDeployment(stored));
    return send(outgoing, ...patch(stored, incoming.headers['content-type'], body));
  }

  function patch(stored: StoredDeployment, type: string | undefined, body: string): readonly [number, object] {
    if (type !== 'application/merge-patch+json') {
      return [415, toStatus(415, 'UnsupportedMediaType', `the body of the request was in an unknown format`)];
    }
    if (api.conflicts > 0) {
      api.conflicts -= 1;
      stored.resourceVersion += 1;
    }
    const wish = JSON.parse(body) as { metadata?: { resourceVersion?: string }; spec?: { replicas?: number } };
    const merged = { ...toScale(stored), spec: { ...toScale(stored).spec, ...wish.spec } };
    const replicas = merged.spec.replicas ?? 0;
    if (!schemas.Scale?.(merged) || replicas < 0) {
      return [422, toStatus(422, 'Invalid', `Scale "${stored.name}" is invalid: spec.replicas: Invalid value`)];
    }
    const version = wish.metadata?.resourceVersion;
    if (version !== undefined && version !== String(stored.resourceVersion)) {
      const message = `Operation cannot be fulfilled on deployments.apps "${stored.name}": the object has been modified; please apply your changes to the latest version and try again`;
      return [409, toStatus(409, 'Conflict', message)];
    }
    if (replicas !== stored.replicas) api.changes += 1;
    stored.replicas = replicas;
    stored.ready = Math.min(stored.ready, replicas);
    stored.resourceVersion += 1;
    return [200, toScale(stored)];
  }

  return api;
}

function send(outgoing: ServerResponse, status: number, body: object): void {
  const { kind } = body as { kind: string };
  const isValid = schemas[kind];
  if (!isValid?.(body)) throw new Error(`the test's API server would send an invalid ${kind}`);
  outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function allows(rule: PolicyRule, group: string, resource: string, name: string | undefined, verb: string): boolean {
  const has = (list: readonly string[] | undefined, value: string) => list?.includes('*') || list?.includes(value);
  const named = rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name));
  return Boolean(has(rule.apiGroups, group) && has(rule.resources, resource) && has(rule.verbs, verb) && named);
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
