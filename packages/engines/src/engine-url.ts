import { type EngineKind, Fault } from '@drover/core';

/** A host and port as the drivers want them. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface RedisCredentials {
  readonly username?: string;
  readonly password?: string;
}

export type EngineTarget =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'postgres'; readonly url: string; readonly address: string }
  | {
      readonly kind: Extract<EngineKind, `redis${string}`>;
      readonly hosts: readonly [HostPort, ...HostPort[]];
      readonly credentials: RedisCredentials;
      readonly tls: boolean;
      readonly db: number;
      /** Sentinel's name for the group; set for `redis-sentinel` alone. */
      readonly master?: string;
      readonly address: string;
    };

const forms =
  'use embedded, postgres://user:password@host:5432/database, redis://host:6379, rediss://host:6379, ' +
  'redis+cluster://host:6379,host:6379 or redis+sentinel://host:26379,host:26379/master';

const redisSchemes = {
  redis: { kind: 'redis', tls: false, port: 6379 },
  rediss: { kind: 'redis', tls: true, port: 6379 },
  'redis+cluster': { kind: 'redis-cluster', tls: false, port: 6379 },
  'rediss+cluster': { kind: 'redis-cluster', tls: true, port: 6379 },
  'redis+sentinel': { kind: 'redis-sentinel', tls: false, port: 26379 },
  'rediss+sentinel': { kind: 'redis-sentinel', tls: true, port: 26379 },
} as const;

/**
 * Reads an engine URL. Rejects what it does not know with `invalid_input`, without ever
 * repeating the text it was given: it may hold a password.
 */
export function parseEngineUrl(text: string): EngineTarget {
  if (text === 'embedded') return { kind: 'embedded' };
  const scheme = /^([a-z+]+):\/\//i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'postgres' || scheme === 'postgresql') return parsePostgres(text);
  const redis = redisSchemes[scheme as keyof typeof redisSchemes];
  if (redis !== undefined) return parseRedis(text.slice(scheme.length + 3), scheme, redis);
  throw new Fault('invalid_input', `The engine URL has no scheme that Drover knows: ${forms}.`);
}

/** An engine URL fit for a log or an error: without user, password and options. */
export function describeEngineUrl(text: string): string {
  const target = parseEngineUrl(text);
  return target.kind === 'embedded' ? 'embedded' : target.address;
}

function parsePostgres(text: string): EngineTarget {
  let url: URL;
  try {
    // `user@/database?host=/socket` has no host to parse, but PostgreSQL's drivers take it.
    url = new URL(text.replace('@/', '@localhost/'));
  } catch {
    throw new Fault('invalid_input', `The engine URL cannot be read as a PostgreSQL address: ${forms}.`);
  }
  const host = url.searchParams.get('host') ?? (url.hostname === '' ? 'localhost' : url.hostname);
  return {
    kind: 'postgres',
    url: text,
    address: `postgres://${host}:${url.port === '' ? '5432' : url.port}${url.pathname}`,
  };
}

function parseRedis(
  rest: string,
  scheme: string,
  form: (typeof redisSchemes)[keyof typeof redisSchemes],
): EngineTarget {
  const [beforeQuery = '', query = ''] = rest.split('?', 2);
  const [authority = '', path = ''] = splitOnce(beforeQuery, '/');
  const at = authority.lastIndexOf('@');
  const hosts = (at < 0 ? authority : authority.slice(at + 1)).split(',').map((host) => readHost(host, form.port));
  const [first, ...others] = hosts;
  if (first === undefined || (form.kind === 'redis' && others.length > 0)) throw unreadableRedis();
  const options = new URLSearchParams(query);
  const isSentinel = form.kind === 'redis-sentinel';
  const db = Number((isSentinel ? options.get('db') : (options.get('db') ?? path)) || 0);
  if (!Number.isInteger(db) || db < 0) throw unreadableRedis();
  const shown = [first, ...others].map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  const master = isSentinel ? decodeURIComponent(path || 'mymaster') : undefined;
  const suffix = isSentinel ? `/${master}` : db > 0 ? `/${db}` : '';
  return {
    kind: form.kind,
    hosts: [first, ...others],
    credentials: readCredentials(at < 0 ? '' : authority.slice(0, at), options),
    tls: form.tls,
    db,
    ...(master === undefined ? {} : { master }),
    address: `${scheme}://${shown.join(',')}${suffix}`,
  };
}

function readCredentials(text: string, options: URLSearchParams): RedisCredentials {
  const [username = '', password = ''] = splitOnce(text, ':').map(safeDecode);
  const secret = password || options.get('password') || '';
  return { ...(username === '' ? {} : { username }), ...(secret === '' ? {} : { password: secret }) };
}

function readHost(text: string, defaultPort: number): HostPort {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) throw unreadableRedis();
  return { host, port };
}

function unreadableRedis(): Fault {
  return new Fault('invalid_input', `The engine URL cannot be read as a Redis address: ${forms}.`);
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

/** A password with a bare `%` in it is taken as it stands. */
function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
