/** What the payment service says of a charge, declined ones included; also its row in the journal. */
export interface Charge {
  readonly chargeId: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly status: 'captured' | 'declined';
}
