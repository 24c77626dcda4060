import { createHmac } from 'node:crypto';

/**
 * Tells the receiver of a post that it is from us, unchanged and fresh:
 * `Drover-Signature: t=<seconds since 1970>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` under
 * the shared secret. `Idempotency-Key` is the same at every attempt of one message.
 */
export function signedHeaders(secret: string, key: string, body: string, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1_000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { 'Drover-Signature': `t=${seconds},v1=${signature}`, 'Idempotency-Key': key };
}
