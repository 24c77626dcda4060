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

/** A chart's canvas with its title, on the colour of the panel: a transparent picture is unreadable elsewhere. */
export function canvasAsPng(
  canvas: HTMLCanvasElement,
  title: string,
  colors: { surface: string; text: string; font: string },
): Promise<Blob | null> {
  const ratio = devicePixelRatio;
  const head = 28 * ratio;
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + head;
  const context = picture.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = colors.text;
  context.font = colors.font.replace('11px', `${12 * ratio}px`);
  context.textBaseline = 'middle';
  context.fillText(title, 12 * ratio, head / 2);
  context.drawImage(canvas, 0, head);
  return new Promise((resolve) => picture.toBlob(resolve));
}
