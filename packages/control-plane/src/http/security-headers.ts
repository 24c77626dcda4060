/** On every reply, whoever makes it. */
const always: Readonly<Record<string, string>> = {
  // No inline script or style, no host but ours. React and uPlot set styles through the DOM,
  // which no policy forbids; a library that inserts <style> elements would need its own rule.
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** On http a promise of https would lock people out of a local Drover. */
const onHttps: Readonly<Record<string, string>> = { ...always, 'Strict-Transport-Security': 'max-age=31536000' };

export function securityHeaders(secure: boolean): Readonly<Record<string, string>> {
  return secure ? onHttps : always;
}
