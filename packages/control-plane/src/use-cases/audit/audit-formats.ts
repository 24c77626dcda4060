import type { AuditEntryReply } from '@drover/contract';

export type AuditFormat = 'jsonl' | 'csv';

interface Format {
  readonly contentType: string;
  /** Before the first entry. */
  readonly head: string;
  line(entry: AuditEntryReply): string;
}

const columns = ['id', 'at', 'actor', 'role', 'from', 'action', 'target', 'result', 'details'] as const;

export const auditFormats: Readonly<Record<AuditFormat, Format>> = {
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: `${columns.join(',')}\r\n`,
    line: (entry) => `${columns.map((column) => cell(entry[column])).join(',')}\r\n`,
  },
};

/**
 * Spreadsheets run a cell that begins with one of these as a formula, and a name in the
 * audit log is anybody's to choose: an apostrophe before it makes it text.
 */
const formula = /^[\s'"]*[=+\-@\t\r]/;

function cell(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : jsonOf(value);
  const safe = formula.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

const jsonOf = (value: unknown): string => (value === null || value === undefined ? '' : JSON.stringify(value));
