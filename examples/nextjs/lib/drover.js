import { createHandler } from 'drover';
import { getToken } from 'next-auth/jwt';

function create() {
  return createHandler({
    // Only admins of the application are admins of its jobs; everybody else is nobody here.
    async authorize(request) {
      const token = await getToken({
        req: { headers: Object.fromEntries(request.headers), cookies: cookiesOf(request) },
      });
      if (!token?.sub || token.role !== 'admin') return null;
      return { id: token.sub, name: token.name ?? token.sub, role: 'admin' };
    },
  });
}

function cookiesOf(request) {
  const pairs = (request.headers.get('cookie') ?? '').split(/;\s*/).filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** One for the process, however often the development server loads this module anew. */
globalThis.drover ??= create();
export const { drover } = globalThis;
