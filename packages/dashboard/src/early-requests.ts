/** What `public/start.js` asked for while the application was being loaded. */
interface EarlyRequests {
  session?: Promise<Response>;
  /** Undefined where there was nobody to ask for. */
  events?: Promise<Response | undefined>;
}

declare global {
  var droverEarly: EarlyRequests | undefined;
}

/** An early request, once: whoever asks later asks anew. */
export function takeEarly<Name extends keyof EarlyRequests>(name: Name): EarlyRequests[Name] | undefined {
  const early = globalThis.droverEarly;
  const request = early?.[name];
  if (early) delete early[name];
  return request;
}

/** Long enough for the slowest start; a stream that nobody reads makes the server hold what it sends. */
const unclaimedMs = 10_000;

setTimeout(() => {
  takeEarly('events')
    ?.then((response) => response?.body?.cancel())
    .catch(() => undefined);
}, unclaimedMs);
