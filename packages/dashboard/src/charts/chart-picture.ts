import type { ChartEvent, EventMark } from '../models/chart-events';
import type { SeriesColor } from '../models/chart-spec';
import { plural } from '../models/format';
import type { ChartColors } from './chart-colors';

export interface ChartPicture {
  /** As it is drawn on the screen. */
  readonly canvas: HTMLCanvasElement;
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: readonly { readonly label: string; readonly color: SeriesColor; readonly dash: readonly number[] }[];
  /** Numbered on the picture, and told below it. */
  readonly marks: readonly EventMark[];
  /** Where the lines are, from the left edge (CSS px). */
  readonly areaLeftPx: number;
  readonly colors: ChartColors;
}

const pad = 12;
const headPx = 44;
const legendPx = 22;
const footLinePx = 16;
const axisPx = 26;
/** More are counted: a picture is not a log. */
const toldMarks = 8;

/**
 * A chart as a PNG that stands alone: on the panel's colour (a transparent picture is unreadable elsewhere), with its
 * title, range, legend and what happened. Null where the browser has no canvas to give.
 */
export function drawPicture(picture: ChartPicture): Promise<Blob | null> {
  const { canvas, title, fromMs, toMs, lines, marks, areaLeftPx, colors } = picture;
  const ratio = devicePixelRatio;
  const [width, plotPx] = [canvas.width / ratio, canvas.height / ratio];
  const notes = markNotes(marks, toMs - fromMs);
  const plotTop = headPx + legendPx;
  const element = document.createElement('canvas');
  element.width = canvas.width;
  element.height = (plotTop + plotPx + (notes.length > 0 ? notes.length * footLinePx + pad : 0)) * ratio;
  const context = element.getContext('2d');
  if (!context) return Promise.resolve(null);

  context.scale(ratio, ratio);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, width, element.height / ratio);
  context.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, color: string, font = colors.font) => {
    context.font = font;
    context.fillStyle = color;
    context.fillText(text, x, y);
  };
  write(title, pad, 16, colors.strong, `600 ${colors.font.replace('11px', '13px')}`);
  write(rangeTitle(fromMs, toMs), pad, 34, colors.text);

  let x = pad;
  for (const { label, color, dash } of lines) {
    stroke(context, colors.series[color], dash, [x, headPx + legendPx / 2], [x + 18, headPx + legendPx / 2], 2);
    write(label, x + 24, headPx + legendPx / 2, colors.strong);
    x += 24 + context.measureText(label).width + 16;
  }
  context.drawImage(canvas, 0, plotTop, width, plotPx);
  for (const [index, { leftPx }] of marks.entries()) {
    const at = areaLeftPx + leftPx;
    stroke(context, colors.text, [1.5, 2.5], [at, plotTop + 14], [at, plotTop + plotPx - axisPx], 1);
    context.textAlign = 'center';
    write(String(index + 1), at, plotTop + 7, colors.strong);
    context.textAlign = 'left';
  }
  for (const [index, note] of notes.entries()) {
    write(shortened(context, note, width - 2 * pad), pad, plotTop + plotPx + (index + 0.5) * footLinePx, colors.text);
  }
  return new Promise((resolve) => element.toBlob(resolve));
}

type Point = readonly [x: number, y: number];

function stroke(
  context: CanvasRenderingContext2D,
  color: string,
  dash: readonly number[],
  from: Point,
  to: Point,
  width: number,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) shown = `${shown.slice(0, -2)}…`;
  return shown;
}

/** Start and end with the zone they are in: a picture is read elsewhere. */
export function rangeTitle(fromMs: number, toMs: number): string {
  const format = new Intl.DateTimeFormat(undefined, {
    ...{ year: 'numeric', month: 'short', day: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  });
  return format.formatRange(fromMs, toMs);
}

/** A line for each mark, by its number; how many more there are. */
export function markNotes(marks: readonly EventMark[], spanMs: number): string[] {
  const notes = marks
    .slice(0, toldMarks)
    .map(({ events }, index) => `${index + 1}  ${events.map((event) => noteOf(event, spanMs)).join('; ')}`);
  return marks.length > toldMarks ? [...notes, `and ${plural(marks.length - toldMarks, 'more mark')}`] : notes;
}

function noteOf({ atMs, label }: ChartEvent, spanMs: number): string {
  const date = spanMs > 86_400_000 ? ({ day: 'numeric', month: 'short' } as const) : {};
  const time = new Date(atMs).toLocaleString([], { ...date, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${time} ${label}`;
}
