/** Any table for a file: names of the columns, and one value for each in every row. */
export interface ExportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | Date | null | undefined)[])[];
}

/** Comma-separated, RFC 4180; what is unknown is an empty field, an instant is ISO 8601. */
export function exportAsCsv({ columns, rows }: ExportTable): string {
  const lines = [columns, ...rows].map((row) => row.map((value) => csvField(plain(value) ?? '')).join(','));
  return [...lines, ''].join('\r\n');
}

export function exportAsJson({ columns, rows }: ExportTable): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, plain(row[index]) ?? null])),
  );
  return JSON.stringify(objects, null, 2);
}

function plain(value: ExportTable['rows'][number][number]): string | number | boolean | null | undefined {
  return value instanceof Date ? value.toISOString() : value;
}

/** Text that a spreadsheet would run as a formula stays text. */
export function csvField(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
