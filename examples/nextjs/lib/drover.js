import { createHandler } from 'drover';
import { getToken } from 'next-auth/jwt';
import { headersAndCookies } from './headers-and-cookies.js';

/** One for the process, however often the development server loads this module anew. */
globalThis.drover ??= createHandler({
  // Only admins of the application are admins of its jobs; everybody else is nobody here.
  async authorize(request) {
    const token = await getToken({ req: headersAndCookies(request) });
    if (!token?.sub || token.role !== 'admin') return null;
    return { id: token.sub, name: token.name ?? token.sub, role: 'admin' };
  },
});

export const { drover } = globalThis;
