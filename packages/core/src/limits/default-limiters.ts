import { applyOverrides, type LimiterDefinitions } from './limiter-windows.js';

/**
 * The guide's eight limiters with the guide's windows. The guide gives no numbers: these keep
 * well inside what the services in question allow by default, and are meant to be configured.
 * They bind only jobs that ask them.
 */
export const defaultLimiters = {
  /** Transactional mail: what a provider lets a young account send without harm to its standing. */
  emailSending: { perMinute: 300, perHour: 5_000, perDay: 50_000 },
  /** Below emailSending, so that a campaign never takes all of what both may share at the provider. */
  emailCampaign: { perMinute: 200, perHour: 3_000 },
  /** Stripe allows 100 requests a second in live mode; a fifth is left to the application. */
  stripeApi: { perSecond: 80, perHour: 100_000 },
  /** Resend allows 2 requests a second by default. */
  resendApi: { perSecond: 2, perHour: 5_000 },
  /** Batches, not rows: beyond this a busy database serves its users later. */
  databaseWrites: { perSecond: 500, perMinute: 20_000 },
  searchIndexing: { perSecond: 50, perMinute: 2_000 },
  assetProcessing: { perMinute: 120, perHour: 4_000 },
  taxGeneration: { perMinute: 60, perHour: 1_000 },
} as const satisfies LimiterDefinitions;

export type DefaultLimiterName = keyof typeof defaultLimiters;

/** The eight with what is configured over them, window by window, and beside them. */
export function configuredLimiters(configured: LimiterDefinitions): LimiterDefinitions {
  return applyOverrides(defaultLimiters, configured);
}
