import { join } from 'node:path';

/** `<folder>/2026-11-23`: a day's outputs, so that no folder grows beyond what a file manager likes to open. */
export function dayFolder(folder: string, at: Date): string {
  return join(folder, at.toISOString().slice(0, 10));
}

/** Letters, digits, dot, dash and at-sign of a name that came from outside: never a path. */
export function safeFileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9.@_-]+/g, '-').replace(/^\.+/, '');
  return safe === '' ? 'unnamed' : safe.slice(0, 120);
}
