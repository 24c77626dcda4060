/** On every reply, whoever makes it. */
const always: Readonly<Record<string, string>> = {
  // No inline script, no host but ours. Inline styles are let pass: dialogs and toasts
  // (react-remove-scroll, sonner) insert <style> elements at run time, and a style runs nothing.
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
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
