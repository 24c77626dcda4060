import { type Customer, inEuros } from '../goods/order.js';
import type { ShopJobData } from '../jobs.js';
import { html } from './html.js';
import type { RenderedMail } from './order-mails.js';

type Campaign = Pick<ShopJobData['email-campaign'], 'campaign' | 'headline' | 'featured'>;

export function renderCampaignMail(campaign: Campaign, recipient: Pick<Customer, 'name'>): RenderedMail {
  const { headline, featured } = campaign;
  return {
    subject: headline,
    text: [
      `Dear ${recipient.name},`,
      '',
      ...featured.map((product) => `${product.title}, ${inEuros(product.priceCents)}: ${product.description}`),
    ].join('\n'),
    html: html`<!doctype html>
<html lang="en"><body style="font-family:sans-serif;color:#222">
<h1>${headline}</h1>
<p>Dear ${recipient.name}, chosen for you:</p>
${featured.map((product) => html`<h2>${product.title} <small>${inEuros(product.priceCents)}</small></h2><p>${product.description}</p>`)}
</body></html>`.markup,
  };
}
