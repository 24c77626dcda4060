import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { inEuros, orderTotalCents } from '../goods/order.js';
import { productAt } from '../goods/product.js';
import { closeMailer } from '../mail/mailer.js';
import { type RunningService, startSmtpSink } from '../services/smtp-sink.js';
import { filesBelow, jobOf, orderFor, readMail, temporaryFolder } from '../testing.js';
import emailCampaign from './email-campaign.js';
import emailSending from './email-sending.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sink: RunningService;
let refuses = false;

beforeAll(async () => {
  folder = await temporaryFolder();
  sink = await startSmtpSink({ outboxFolder: folder.path, port: 0, latencyMs: () => 0, refuses: async () => refuses });
  process.env.SHOP_SMTP_PORT = String(sink.port);
});

afterEach(() => {
  refuses = false;
});

afterAll(async () => {
  closeMailer();
  await sink.close();
  await folder.remove();
});

test('an order confirmation arrives as text and HTML with every line and the total', async () => {
  const order = orderFor('confirm-1');
  const delivery = await emailSending(jobOf<'email-sending'>('1', { kind: 'order-confirmation', order }));

  expect(delivery.response).toContain('order-confirmation-confirm-1.eml');
  const path = (await filesBelow(folder.path)).find((file) => file.endsWith('order-confirmation-confirm-1.eml'));
  const mail = await readMail(path ?? '');
  expect(mail).toContain('Subject: Your order confirm-1');
  expect(mail).toContain(`<${order.customer.email}>`);
  expect(mail).toContain('Content-Type: text/plain');
  expect(mail).toContain('Content-Type: text/html');
  for (const line of order.lines) expect(mail).toContain(`${line.quantity} x ${line.title} (${line.sku})`);
  expect(mail).toContain(`Total: ${inEuros(orderTotalCents(order))}`);
});

test("a customer's name cannot put markup into the mail", async () => {
  const order = orderFor('markup');
  const hostile = { ...order, customer: { ...order.customer, name: '<script>alert(1)</script>' } };
  await emailSending(jobOf<'email-sending'>('1', { kind: 'order-confirmation', order: hostile }));

  const path = (await filesBelow(folder.path)).find((file) => file.endsWith('order-confirmation-markup.eml'));
  const body = (await readMail(path ?? '')).split('text/html')[1];
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(body).not.toContain('<script>');
});

test('a mail that a re-run sends again is kept once', async () => {
  const job = jobOf<'email-sending'>('1', { kind: 'review-request', order: orderFor('twice') });
  await emailSending(job);
  await emailSending(job);

  const kept = (await filesBelow(folder.path)).filter((file) => file.includes('twice'));
  expect(kept).toHaveLength(1);
});

test('a mail that the server turns away for now fails, so that it is retried', async () => {
  refuses = true;
  const job = jobOf<'email-sending'>('1', { kind: 'order-confirmation', order: orderFor('refused') });
  const failure = await emailSending(job).catch((error: unknown) => error);

  expect(failure).toMatchObject({ responseCode: 451 });
  expect((failure as Error).name).not.toBe('UnrecoverableError');
  refuses = false;
  await expect(emailSending(job)).resolves.toMatchObject({ messageId: '<order-confirmation-refused@shop.test>' });
});

test('an aborted job sends nothing', async () => {
  const reason = new Error('drained');
  const job = jobOf<'email-sending'>('1', { kind: 'order-confirmation', order: orderFor('aborted') });
  await expect(emailSending(job, 'token', AbortSignal.abort(reason))).rejects.toBe(reason);
  expect((await filesBelow(folder.path)).filter((file) => file.includes('aborted'))).toEqual([]);
});

const campaign = {
  campaign: 'autumn',
  headline: 'Autumn has come',
  featured: [productAt(3), productAt(4)],
  recipients: Array.from({ length: 25 }, (_, at) => ({ name: `Guest ${at}`, email: `guest${at}@customers.shop.test` })),
};

test('a campaign mails each recipient by name and reports its progress', async () => {
  const job = jobOf<'email-campaign'>('1', campaign);
  expect(await emailCampaign(job)).toEqual({ sent: 25, resumedAt: 0 });

  expect(job.progress).toEqual({ sent: 25, of: 25 });
  const mails = (await filesBelow(folder.path)).filter((file) => file.includes('autumn-guest'));
  expect(mails).toHaveLength(25);
  const mail = await readMail(mails.find((file) => file.includes('guest7.at.')) ?? '');
  expect(mail).toContain('Dear Guest 7,');
  expect(mail).toContain(campaign.featured[1]?.title);
});

test('a campaign that ran before goes on behind its last checkpoint', async () => {
  const job = jobOf<'email-campaign'>('1', { ...campaign, campaign: 'winter' });
  await job.updateProgress({ sent: 24, of: 25 });
  expect(await emailCampaign(job)).toEqual({ sent: 1, resumedAt: 24 });

  const mails = (await filesBelow(folder.path)).filter((file) => file.includes('winter-guest'));
  expect(mails).toHaveLength(1);
});
