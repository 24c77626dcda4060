import { Agent, request } from 'node:https';
import type { Cluster, LoadCluster } from './cluster.js';

export interface KubernetesReply {
  readonly status: number;
  /** Parsed JSON; `null` where there was none that could be read. */
  readonly body: unknown;
  /** The server asked to be left alone for so long. */
  readonly retryAfterMs: number | null;
}

/** No answer of the API: unreachable, late, not who its certificate says, or endless. */
export class NoReply extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'NoReply';
  }
}

export interface KubernetesClientOptions {
  readonly load: LoadCluster;
  readonly monotonicMs: () => number;
  /** 10 s unless told. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
/** As client-go does: a kubelet puts a new token in place well before the old one ends. */
const RELOAD_EVERY_MS = 60_000;
/** A list of a namespace's HPAs is the longest thing we ask for. */
const MOST_REPLY_BYTES = 8 * 2 ** 20;
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Speaks HTTPS with a cluster's API, and follows its credentials as they are rotated. */
export class KubernetesClient {
  readonly #options: KubernetesClientOptions;
  #held: { readonly cluster: Cluster; readonly agent: Agent; readonly loadedAtMs: number } | null = null;

  constructor(options: KubernetesClientOptions) {
    this.#options = options;
  }

  /** Rejects with NoReply or NoCredentials, within the deadline. */
  async send(method: 'GET' | 'PATCH', path: string, patch?: unknown): Promise<KubernetesReply> {
    const first = await this.#attempt(method, path, patch);
    if (first.status !== 401) return first;
    // The token may have been replaced since we read it.
    this.#forget();
    return this.#attempt(method, path, patch);
  }

  /** That of the pod or context. Rejects with NoCredentials. */
  async namespace(): Promise<string> {
    return (await this.#cluster()).cluster.namespace;
  }

  close(): void {
    this.#forget();
  }

  async #attempt(method: string, path: string, patch: unknown): Promise<KubernetesReply> {
    const { cluster, agent } = await this.#cluster();
    try {
      return await this.#exchange(cluster, agent, method, path, patch);
    } catch (error) {
      // Perhaps its authority was replaced, too.
      this.#forget();
      throw error;
    }
  }

  async #cluster(): Promise<{ cluster: Cluster; agent: Agent }> {
    const nowMs = this.#options.monotonicMs();
    const held = this.#held;
    if (held && nowMs - held.loadedAtMs < RELOAD_EVERY_MS) return held;
    const cluster = await this.#options.load();
    if (!cluster.server.startsWith('https://'))
      throw new NoReply('Its address is not https: our token would be readable.');
    const { ca, clientCertificate, serverName } = cluster;
    const sameIdentity = held !== null && JSON.stringify(identity(held.cluster)) === JSON.stringify(identity(cluster));
    if (held && !sameIdentity) held.agent.destroy();
    const agent = sameIdentity
      ? held.agent
      : new Agent({
          keepAlive: true,
          maxSockets: 8,
          ca,
          ...clientCertificate,
          ...(serverName && { servername: serverName }),
        });
    this.#held = { cluster, agent, loadedAtMs: nowMs };
    return this.#held;
  }

  #forget(): void {
    this.#held?.agent.destroy();
    this.#held = null;
  }

  #exchange(cluster: Cluster, agent: Agent, method: string, path: string, patch: unknown): Promise<KubernetesReply> {
    const deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS;
    const body = patch === undefined ? undefined : JSON.stringify(patch);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        cluster.server.replace(/\/$/, '') + path,
        {
          method,
          agent,
          signal: AbortSignal.timeout(deadlineMs),
          headers: {
            Accept: 'application/json',
            'User-Agent': 'Drover',
            ...(cluster.token !== undefined && { Authorization: `Bearer ${cluster.token}` }),
            ...(body !== undefined && {
              'Content-Type': 'application/merge-patch+json',
              'Content-Length': Buffer.byteLength(body),
            }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          incoming.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            chunks.push(chunk);
            if (bytes > MOST_REPLY_BYTES) incoming.destroy(new Error('too long'));
          });
          incoming.on('error', (error) => reject(noReply(error, deadlineMs)));
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: parsed(Buffer.concat(chunks).toString('utf8')),
              retryAfterMs: retryAfterMs(incoming.headers['retry-after']),
            }),
          );
        },
      );
      outgoing.on('error', (error) => reject(noReply(error, deadlineMs)));
      outgoing.end(body);
    });
  }
}

function identity({ server, ca, clientCertificate, serverName }: Cluster): unknown {
  return [server, ca, clientCertificate, serverName];
}

function noReply(error: Error & { code?: unknown }, deadlineMs: number): NoReply {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return new NoReply(`The API of Kubernetes did not answer within ${deadlineMs / 1_000} s.`, { cause: error });
  }
  const code = typeof error.code === 'string' ? ` (${error.code})` : '';
  return new NoReply(`The API of Kubernetes cannot be reached${code}.`, { cause: error });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfterMs(header: string | undefined): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS) : null;
}
