import { neverAborted, type ShopJob } from '../jobs.js';
import { renderCampaignMail } from '../mail/campaign-mail.js';
import { sendMail } from '../mail/mailer.js';

/** As many at once, too: each listens to the job's signal, and Node warns of a leak at eleven. */
const mailsPerCheckpoint = 8;

/**
 * Mails one batch of a campaign. Progress is the checkpoint: a re-run goes on behind the last one, so at most
 * eight people get the mail a second time, and it carries the same Message-ID.
 */
export default async function emailCampaign(
  job: ShopJob<'email-campaign'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<{ sent: number; resumedAt: number }> {
  const { campaign, recipients } = job.data;
  const resumedAt = sentBefore(job.progress);
  for (let start = resumedAt; start < recipients.length; start += mailsPerCheckpoint) {
    const batch = recipients.slice(start, start + mailsPerCheckpoint);
    await Promise.all(
      batch.map((recipient) =>
        sendMail(
          renderCampaignMail(job.data, recipient),
          recipient,
          `${campaign}-${recipient.email.replace('@', '.at.')}`,
          signal ?? neverAborted,
        ),
      ),
    );
    await job.updateProgress({ sent: start + batch.length, of: recipients.length });
  }
  return { sent: recipients.length - resumedAt, resumedAt };
}

function sentBefore(progress: ShopJob<'email-campaign'>['progress']): number {
  return typeof progress === 'object' && 'sent' in progress && typeof progress.sent === 'number' ? progress.sent : 0;
}
