import type { AuditEntry } from '../ports/audit-log.js';

const MAX_NAME = 300;
const MAX_TEXT = 1_000;
const MAX_DETAIL = 4_000;
const MAX_DEPTH = 8;
const MAX_FIELDS = 200;
const REMOVED = '[removed]';

/** Fields whose value is a secret, whatever it holds. */
const secretName =
  /pass(word|phrase)|secret|token|authori[sz]ation|cookie|credential|api[-_]?key|private[-_]?key|signature/i;
/** `//user:password@host`, as engines' and mail servers' addresses carry it. */
const urlLogin = /\/\/[^\s/@]+@/g;

/**
 * An entry as it may be stored: without secrets, of bounded size, and of characters that
 * every engine takes. Each field of `details` is bounded by itself, so that a huge `after`
 * does not cost the reader the `before`.
 */
export function boundedEntry<E extends AuditEntry>(entry: E): E {
  return {
    ...entry,
    actor: clean(entry.actor, MAX_NAME),
    from: entry.from === null ? null : clean(entry.from, MAX_NAME),
    action: clean(entry.action, MAX_NAME),
    target: clean(entry.target, MAX_NAME),
    details: boundedDetails(entry.details),
  };
}

function boundedDetails(details: unknown): unknown {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return boundedValue(details);
  const fields = Object.entries(details).slice(0, 20);
  return Object.fromEntries(
    fields.map(([name, value]) => [clean(name, MAX_NAME), secretName.test(name) ? REMOVED : boundedValue(value)]),
  );
}

function boundedValue(value: unknown): unknown {
  const safe = withoutSecrets(value, 0);
  const json = JSON.stringify(safe) as string | undefined;
  if (json === undefined) return null;
  return json.length <= MAX_DETAIL ? safe : { cut: `${clean(json, MAX_DETAIL)}` };
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clean(value, MAX_TEXT);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_FIELDS).map((item) => withoutSecrets(item, depth + 1));
  const fields = Object.entries(value).slice(0, MAX_FIELDS);
  return Object.fromEntries(
    fields.map(([name, held]) => [
      clean(name, MAX_NAME),
      secretName.test(name) ? REMOVED : withoutSecrets(held, depth + 1),
    ]),
  );
}

/** PostgreSQL takes neither NUL nor half a surrogate pair, and one such entry would hold up all that follow. */
function clean(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replaceAll(/\0|\p{Surrogate}/gu, '\ufffd').replaceAll(urlLogin, `//${REMOVED}@`);
}
