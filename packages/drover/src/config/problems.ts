import type { z } from 'zod';

/** One thing that is wrong in a configuration: where, what, and how to mend it. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

export function problemsOf(error: z.ZodError, input: unknown): ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathInWords([...path, key]),
        message: `is not a setting${suggestion(key, siblings(path))}`,
      }));
    }
    const given = valueAt(input, path);
    // The address of a chat's webhook is a secret, and a mail server's holds a password.
    const isSecret = path[0] === 'notifiers' || path[0] === 'actuators';
    const shown = given === undefined || isSecret ? '' : ` (given: ${JSON.stringify(given)?.slice(0, 60)})`;
    return [{ path: pathInWords(path), message: `${issue.message}${shown}` }];
  });
}

/** The configuration cannot be used; its message lists every problem, a line each. */
export class InvalidConfig extends Error {
  constructor(
    readonly source: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    super(`${source} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`);
    this.name = 'InvalidConfig';
  }
}

const settingsByLevel = {
  root: [
    'engine',
    'environment',
    'dataDir',
    'prefix',
    'schema',
    'statePrefix',
    'host',
    'port',
    'tickMs',
    'runWorkers',
    'trustProxy',
    'memory',
    'thresholds',
    'timeout',
    'quarantine',
    'notifiers',
    'notifications',
    'actuators',
    'queues',
  ],
  queue: [
    'processor',
    'sandboxed',
    'concurrency',
    'minWorkers',
    'maxWorkers',
    'actuator',
    'kubernetes',
    'graceMs',
    'memory',
    'thresholds',
    'timeout',
    'jobSchema',
    'worker',
  ],
} as const;

function siblings(path: readonly string[]): readonly string[] {
  if (path.length === 0) return settingsByLevel.root;
  return path[0] === 'queues' && path.length === 2 ? settingsByLevel.queue : [];
}

/** ` (did you mean concurrency?)` for a key one or two letters off. */
function suggestion(key: string, known: readonly string[]): string {
  const near = known.find((candidate) => distance(key.toLowerCase(), candidate.toLowerCase()) <= 2);
  return near ? `; did you mean ${near}?` : '';
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

export function pathInWords(path: readonly string[]): string {
  if (path.length === 0) return '(the whole file)';
  return path
    .map((part, index) => (/^[A-Za-z_]\w*$/.test(part) ? (index ? `.${part}` : part) : `['${part}']`))
    .join('');
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, input);
}
