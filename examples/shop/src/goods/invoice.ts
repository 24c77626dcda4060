import PDFDocument from 'pdfkit';
import { inEuros, type Order, orderTotalCents } from './order.js';
import { countryName, type VatShare, vatPercent, vatShares } from './vat.js';

const left = 50;
const right = 545;
const pageBottom = 760;

/** Right edges of a table's columns; the first column starts at the margin and is set flush left. */
type Columns = readonly [number, ...number[]];

/** Draws an order's tax invoice on A4. `compress: false` leaves the text readable for tests. */
export function drawInvoice(
  order: Order,
  options: { readonly compress: boolean } = { compress: true },
): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margin: left,
    compress: options.compress,
    info: { Title: `Invoice ${order.id}`, Author: 'Drover Example Shop', CreationDate: new Date(order.createdAt) },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  drawHead(document, order);
  drawLines(document, order);
  drawTotals(document, vatShares(order.customer.country, order.lines), orderTotalCents(order));
  document.end();
  return finished;
}

function drawHead(document: PDFKit.PDFDocument, order: Order): void {
  const { customer } = order;
  document.rect(0, 0, document.page.width, 90).fill('#21473f');
  document.fillColor('#ffffff').font('Helvetica-Bold').fontSize(22).text('Drover Example Shop', left, 34);
  document.fillColor('#222222').fontSize(15).text(`Invoice ${order.id}`, left, 120);
  document.font('Helvetica').fontSize(10);
  document.text(`Date: ${order.createdAt.slice(0, 10)}`, left, 142);
  document.text([customer.name, customer.street, customer.city, countryName(customer.country)].join('\n'), 350, 120);
  document.y = 200;
}

function drawLines(document: PDFKit.PDFDocument, order: Order): void {
  const columns: Columns = [300, 350, 400, 470, right];
  drawRow(document, columns, ['Article', 'Qty', 'VAT', 'Each', 'Amount'], 'Helvetica-Bold');
  for (const line of order.lines) {
    drawRow(document, columns, [
      `${line.title} (${line.sku})`,
      String(line.quantity),
      `${vatPercent(order.customer.country, line.category)}%`,
      inEuros(line.unitPriceCents),
      inEuros(line.quantity * line.unitPriceCents),
    ]);
  }
}

function drawTotals(document: PDFKit.PDFDocument, shares: readonly VatShare[], totalCents: number): void {
  const columns: Columns = [230, 330, 440, right];
  document.y += 14;
  drawRow(document, columns, ['VAT rate', 'Net', 'VAT', 'Gross'], 'Helvetica-Bold');
  for (const share of shares) {
    drawRow(document, columns, [
      `${share.percent}%`,
      inEuros(share.netCents),
      inEuros(share.vatCents),
      inEuros(share.grossCents),
    ]);
  }
  drawRow(document, columns, ['Total', '', '', inEuros(totalCents)], 'Helvetica-Bold');
}

function drawRow(document: PDFKit.PDFDocument, columns: Columns, cells: readonly string[], font = 'Helvetica'): void {
  if (document.y > pageBottom) document.addPage();
  const top = document.y;
  document.font(font).fontSize(10);
  cells.forEach((cell, at) => {
    const start = at === 0 ? left : (columns[at - 1] ?? left);
    const width = (columns[at] ?? right) - start;
    document.text(cell, start, top, { width, align: at === 0 ? 'left' : 'right', lineBreak: false, ellipsis: true });
  });
  const bottom = top + 16;
  document.moveTo(left, bottom).lineTo(right, bottom).lineWidth(0.5).stroke('#cccccc');
  document.y = bottom + 6;
}
