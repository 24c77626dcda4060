import { defineConfig } from 'drover';

// Set by the shop's own start; without it nobody takes the mail.
const smtpPort = process.env.SHOP_SMTP_PORT;

/**
 * How Drover runs the shop's queues. Processor paths are relative to this file.
 *
 * Sized for two cores: seven worker processes at rest, about 100 MB each, and room to grow where a sale hits. What
 * pays and what the customer waits for grows first; tax reports have no worker until there is one to write.
 */
export default defineConfig({
  engine: process.env.DROVER_ENGINE ?? 'embedded',
  environment: 'example shop',
  // What the payment and the mail provider of the shop allow: far above a usual day, and below a sale that got out of hand.
  limiters: {
    stripeApi: { perSecond: 60 },
    emailSending: { perMinute: 3_000, perHour: 60_000, perDay: 500_000 },
  },
  // Alerts land where the shop's mails do: as files that any mail program opens.
  notifiers: smtpPort && {
    office: {
      type: 'mail',
      smtp: `smtp://127.0.0.1:${smtpPort}`,
      from: 'Drover <drover@shop.test>',
      to: 'office@shop.test',
    },
  },
  queues: {
    'email-sending': {
      processor: './dist/handlers/email-sending.js',
      limiter: 'emailSending',
      concurrency: 3,
      minWorkers: 1,
      maxWorkers: 4,
      priority: 5,
      graceMs: 15_000,
      memory: { softLimitMB: 192, hardLimitMB: 256 },
    },
    'email-campaign': {
      processor: './dist/handlers/email-campaign.js',
      concurrency: 2,
      minWorkers: 1,
      maxWorkers: 2,
      // A batch of mails takes seconds, and stops at a checkpoint when it must.
      graceMs: 30_000,
      memory: { softLimitMB: 192, hardLimitMB: 256 },
    },
    payments: {
      processor: './dist/handlers/payments.js',
      limiter: 'stripeApi',
      // The provider takes ten requests at once: a fourth worker would only collect refusals.
      concurrency: 3,
      // Two, so that a crash never stops the till.
      minWorkers: 2,
      maxWorkers: 3,
      priority: 10,
      // Longer than the handler waits for a reply: no charge is cut off in the middle.
      graceMs: 15_000,
      memory: { softLimitMB: 192, hardLimitMB: 256 },
    },
    'search-indexing': {
      processor: './dist/handlers/search-indexing.js',
      concurrency: 4,
      minWorkers: 1,
      maxWorkers: 3,
      graceMs: 15_000,
      memory: { softLimitMB: 256, hardLimitMB: 384 },
    },
    'asset-processing': {
      processor: './dist/handlers/asset-processing.js',
      concurrency: 2,
      minWorkers: 1,
      maxWorkers: 3,
      graceMs: 20_000,
      memory: { softLimitMB: 384, hardLimitMB: 512 },
    },
    'tax-generation': {
      processor: './dist/handlers/tax-generation.js',
      concurrency: 2,
      minWorkers: 0,
      maxWorkers: 2,
      graceMs: 30_000,
      memory: { softLimitMB: 192, hardLimitMB: 256 },
    },
    'database-writes': {
      processor: './dist/handlers/database-writes.js',
      concurrency: 10,
      minWorkers: 1,
      maxWorkers: 4,
      priority: 5,
      graceMs: 15_000,
      memory: { softLimitMB: 192, hardLimitMB: 256 },
    },
  },
});
