/** The values of a job that rules can be about: a rule's first step. */
export const jobRoots = ['data', 'result', 'progress', 'options'] as const;
export type JobRoot = (typeof jobRoots)[number];

export const REDACTED = '[redacted]';
const TOO_DEEP = '[too deep to show]';
const MAX_DEPTH = 100;
/** Shorter ones would be found in every text. */
const MIN_SECRET = 4;
const MAX_SECRETS = 1_000;

type Steps = readonly string[];

export interface RedactionRule {
  /** `null`: its steps may begin anywhere. */
  readonly root: JobRoot | null;
  /** In lower case. */
  readonly steps: Steps;
}

export interface Redacted {
  readonly value: unknown;
  /** Whether anything was taken out, even what is too short to be among the secrets. */
  readonly hidden: boolean;
  /** What was taken out, as it may stand in a text. */
  readonly secrets: readonly string[];
}

/**
 * Reads a rule such as `data.card.number` or `*.password`; `null` for what is none. Keys are
 * compared without regard to case, lists are looked through. `*` stands for any one key; as
 * the first step, for any place of any value, however deep.
 */
export function parseRedactionRule(text: string): RedactionRule | null {
  const [first = '', ...steps] = text.toLowerCase().split('.');
  if (steps.length === 0 || steps.length > 20 || steps.some((step) => step === '')) return null;
  if (first === '*') return { root: null, steps };
  const root = jobRoots.find((known) => known === first);
  return root === undefined ? null : { root, steps };
}

/** A copy of a value without what the rules name, and without what is nested beyond 100 levels. */
export function redact(rules: readonly RedactionRule[], root: JobRoot, value: unknown): Redacted {
  const secrets = new Set<string>();
  const here = rules.filter((rule) => rule.root === root).map(({ steps }) => steps);
  const anywhere = rules.filter((rule) => rule.root === null).map(({ steps }) => steps);
  const walk: Walk = { anywhere, secrets, hidden: false };
  const copied = copy(value, here, walk, 0);
  // Longest first: a shorter one may be part of it.
  return { value: copied, hidden: walk.hidden, secrets: [...secrets].sort((a, b) => b.length - a.length) };
}

/** A text without the secrets that were found beside it: error messages and logs quote payloads. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
}

/** As `scrub`, of a text that was cut: it may end in the middle of a secret. */
export function scrubCut(text: string, secrets: readonly string[]): string {
  const left = scrub(text, secrets);
  for (let length = left.length; length >= MIN_SECRET; length -= 1) {
    const end = left.slice(-length);
    if (secrets.some((secret) => secret.startsWith(end))) return left.slice(0, -length) + REDACTED;
  }
  return left;
}

interface Walk {
  readonly anywhere: readonly Steps[];
  readonly secrets: Set<string>;
  hidden: boolean;
}

/** `here`: what is left of the rules that led to this value. */
function copy(value: unknown, here: readonly Steps[], walk: Walk, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return TOO_DEEP;
  const into = (item: unknown, next: readonly Steps[]) =>
    next.some((steps) => steps.length === 0) ? hide(item, walk) : copy(item, next, walk, depth + 1);
  const steppedBy = (key: string) =>
    [...here, ...walk.anywhere].filter(([first]) => first === key || first === '*').map((steps) => steps.slice(1));
  // A list is looked through; a rule may also name a place in it.
  if (Array.isArray(value)) return value.map((item, index) => into(item, [...here, ...steppedBy(String(index))]));
  // fromEntries: an assignment to a key `__proto__` would change the copy's prototype instead.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, into(item, steppedBy(key.toLowerCase()))]),
  );
}

function hide(value: unknown, walk: Walk): string {
  const { secrets } = walk;
  walk.hidden = true;
  const pending: unknown[] = [value];
  while (pending.length > 0 && secrets.size < MAX_SECRETS) {
    const next = pending.pop();
    if (typeof next === 'object' && next !== null) pending.push(...Object.values(next).slice(0, MAX_SECRETS));
    else if (typeof next === 'string' || typeof next === 'number') addSecret(String(next), secrets);
  }
  return REDACTED;
}

function addSecret(text: string, secrets: Set<string>): void {
  if (text.length < MIN_SECRET) return;
  secrets.add(text);
  secrets.add(JSON.stringify(text).slice(1, -1));
}
