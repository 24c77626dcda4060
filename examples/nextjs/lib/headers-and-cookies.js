/** A web-standard request as next-auth's `getToken` reads it. */
export function headersAndCookies(request) {
  const pairs = (request.headers.get('cookie') ?? '').split(/;\s*/).filter(Boolean);
  return {
    headers: Object.fromEntries(request.headers),
    cookies: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
  };
}
