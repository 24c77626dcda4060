import { neverAborted, type ShopJob } from '../jobs.js';
import { type Delivery, sendMail } from '../mail/mailer.js';
import { renderOrderConfirmation, renderReviewRequest } from '../mail/order-mails.js';

/** Renders an order's mail and sends it. */
export default async function emailSending(
  job: ShopJob<'email-sending'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<Delivery> {
  const { kind, order } = job.data;
  const mail = kind === 'order-confirmation' ? renderOrderConfirmation(order) : renderReviewRequest(order);
  return await sendMail(mail, order.customer, `${kind}-${order.id}`, signal ?? neverAborted);
}
