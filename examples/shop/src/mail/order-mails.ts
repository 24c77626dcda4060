import { inEuros, type Order, orderTotalCents } from '../goods/order.js';
import { countryName } from '../goods/vat.js';
import { html } from './html.js';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function renderOrderConfirmation(order: Order): RenderedMail {
  const { customer } = order;
  const total = inEuros(orderTotalCents(order));
  const lines = order.lines.map((line) => ({ ...line, amount: inEuros(line.quantity * line.unitPriceCents) }));
  const address = `${customer.street}, ${customer.city}, ${countryName(customer.country)}`;
  return {
    subject: `Your order ${order.id}`,
    text: [
      `Dear ${customer.name},`,
      '',
      `thank you for your order ${order.id}:`,
      '',
      ...lines.map((line) => `${line.quantity} x ${line.title} (${line.sku}): ${line.amount}`),
      '',
      `Total: ${total}, VAT included.`,
      `We ship to ${address}.`,
    ].join('\n'),
    html: html`<!doctype html>
<html lang="en"><body style="font-family:sans-serif;color:#222">
<h1>Thank you, ${customer.name}</h1>
<p>Your order <b>${order.id}</b>:</p>
<table cellpadding="6" style="border-collapse:collapse">
${lines.map((line) => html`<tr style="border-bottom:1px solid #ddd"><td>${line.quantity} &times;</td><td>${line.title}<br><small>${line.sku}</small></td><td align="right">${line.amount}</td></tr>`)}
<tr><td></td><td><b>Total, VAT included</b></td><td align="right"><b>${total}</b></td></tr>
</table>
<p>We ship to ${address}.</p>
</body></html>`.markup,
  };
}

export function renderReviewRequest(order: Order): RenderedMail {
  const first = order.lines[0]?.title ?? 'your order';
  return {
    subject: `How do you like ${first}?`,
    text: `Dear ${order.customer.name},\n\nyou bought ${first} (order ${order.id}). Tell others how it is.`,
    html: html`<!doctype html>
<html lang="en"><body style="font-family:sans-serif;color:#222">
<h1>How do you like ${first}?</h1>
<p>Dear ${order.customer.name}, you bought these (order ${order.id}). Tell others how they are.</p>
<ul>${order.lines.map((line) => html`<li>${line.title}</li>`)}</ul>
</body></html>`.markup,
  };
}
