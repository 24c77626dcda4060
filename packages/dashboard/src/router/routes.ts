export type Route =
  | { readonly view: 'overview' | 'queues' | 'sign-in' | 'not-found' }
  | { readonly view: 'queue'; readonly queueName: string };

/** Which view a path means. */
export function matchPath(pathname: string): Route {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname;
  if (path === '/' || path === '') return { view: 'overview' };
  if (path === '/queues') return { view: 'queues' };
  if (path === '/sign-in') return { view: 'sign-in' };
  const name = /^\/queues\/(.+)$/.exec(path)?.[1];
  return name === undefined ? { view: 'not-found' } : { view: 'queue', queueName: decode(name) };
}

export function queuePath(queueName: string): string {
  return `/queues/${encodeURIComponent(queueName)}`;
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
