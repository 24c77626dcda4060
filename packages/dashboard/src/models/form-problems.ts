import { isApiError } from '@drover/client';

/** What is wrong with a form: by field, and for the whole. */
export interface FormProblems {
  /** By the dotted path of the field in the request's body. */
  readonly fields: Readonly<Record<string, string>>;
  /** What no field of the form stands for. */
  readonly form?: string;
}

export const noProblems: FormProblems = { fields: {} };

/**
 * A refusal of the server, laid at the fields that it is about. `known` are the fields that the form shows: what
 * is said of any other must not vanish, so it goes under the form.
 */
export function problemsOfError(error: unknown, known: readonly string[]): FormProblems {
  if (!(error instanceof Error)) return { fields: {}, form: 'It could not be saved.' };
  if (!isApiError(error) || error.fields.length === 0) return { fields: {}, form: sentence(error.message) };
  const fields: Record<string, string> = {};
  const others: string[] = [];
  for (const { path, message } of error.fields) {
    const field = known.find((candidate) => path === candidate || path.startsWith(`${candidate}.`));
    if (field === undefined) others.push(path ? `${path}: ${message}` : message);
    else if (path === field) fields[field] ??= sentence(message);
    else fields[field] = `${fields[field] ?? ''} ${sentence(`${path.slice(field.length + 1)} ${message}`)}`.trim();
  }
  return { fields, ...(others.length > 0 && { form: sentence(others.join('; ')) }) };
}

export function hasProblems({ fields, form }: FormProblems): boolean {
  return form !== undefined || Object.keys(fields).length > 0;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
