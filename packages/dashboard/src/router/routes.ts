/** Views that are one page, by their path. */
const pages = {
  '/': 'overview',
  '/queues': 'queues',
  '/jobs': 'jobs',
  '/schedules': 'schedules',
  '/alerts': 'alerts',
  '/workers': 'workers',
  '/scaling': 'scaling',
  '/rate-limits': 'rate-limits',
  '/timeouts': 'timeouts',
  '/operations': 'operations',
  '/activity': 'activity',
  '/settings': 'settings',
  '/sign-in': 'sign-in',
} as const;

export type Route =
  | { readonly view: (typeof pages)[keyof typeof pages] | 'not-found' }
  | { readonly view: 'queue'; readonly queueName: string }
  | { readonly view: 'operation'; readonly operationId: string }
  | { readonly view: 'job'; readonly queueName: string; readonly jobId: string };

/** Which view a path means. */
export function matchPath(pathname: string): Route {
  const path = pathname.replace(/\/+$/, '') || '/';
  if (Object.hasOwn(pages, path)) return { view: pages[path as keyof typeof pages] };
  const [, queueName, jobId] = /^\/jobs\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (queueName !== undefined && jobId !== undefined) {
    return { view: 'job', queueName: decode(queueName), jobId: decode(jobId) };
  }
  const [, kind, name] = /^\/(queues|operations)\/(.+)$/.exec(path) ?? [];
  if (kind === undefined || name === undefined) return { view: 'not-found' };
  return kind === 'queues'
    ? { view: 'queue', queueName: decode(name) }
    : { view: 'operation', operationId: decode(name) };
}

export function queuePath(queueName: string): string {
  return `/queues/${encodeURIComponent(queueName)}`;
}

export function operationPath(operationId: string): string {
  return `/operations/${encodeURIComponent(operationId)}`;
}

/** Sign-in that leads back to where one was. */
export function signInPath(backTo: string): string {
  return backTo === '/' ? '/sign-in' : `/sign-in?back=${encodeURIComponent(backTo)}`;
}

/**
 * Only paths of this app: a link must not send a person elsewhere after signing in. Takes
 * our own `back` and the `callbackUrl` that next-auth's client sends, a path or whole.
 */
export function readBackTo(params: URLSearchParams, origin: string): string {
  const wish = params.get('callbackUrl');
  const back = params.get('back') ?? (wish?.startsWith(`${origin}/`) ? wish.slice(origin.length) : wish);
  return back !== null && /^\/(?![/\\])/.test(back) && !back.startsWith('/sign-in') ? back : '/';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
