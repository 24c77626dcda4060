import { type ExportTable, exportAsCsv, exportAsJson } from '../models/table-export';

/** Hands a file to the browser's downloads. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Hands over a table as the file's ending says. */
export function saveTable(name: `${string}.${'csv' | 'json'}`, table: ExportTable): void {
  const isCsv = name.endsWith('.csv');
  const text = isCsv ? exportAsCsv(table) : exportAsJson(table);
  download(name, new Blob([text], { type: isCsv ? 'text/csv' : 'application/json' }));
}
