import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from './files/write-atomically.js';

/** What other processes need to find the running shop. */
export interface ShopControl {
  readonly pid: number;
  /** Tells engines apart; a hash, for the address may hold a password. */
  readonly engineId: string;
  readonly smtpPort: number;
  readonly paymentsPort: number;
  /** Once Drover is up. */
  readonly droverUrl?: string;
}

/** The embedded engine is its data folder; any other is its address. */
export function engineIdOf(engine: string, droverDataDir: string): string {
  const address = engine === 'embedded' ? `embedded ${droverDataDir}` : engine;
  return createHash('sha256').update(address).digest('hex').slice(0, 16);
}

export async function readControl(file: string): Promise<ShopControl | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as ShopControl);
}

export async function writeControl(file: string, control: ShopControl): Promise<void> {
  await writeAtomically(file, `${JSON.stringify(control, null, 2)}\n`, 0o600);
}

export interface PaymentStatus {
  readonly charged: number;
  readonly declined: number;
  readonly replayed: number;
  readonly refused: number;
  readonly failed: number;
  readonly inFlight: number;
}

/** Asks the payment service for its counts; undefined when no shop answers there, whatever the control file says. */
export async function askPaymentService(control: ShopControl): Promise<PaymentStatus | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${control.paymentsPort}/status`, {
      signal: AbortSignal.timeout(1_000),
    });
    const body = (await response.json()) as Partial<PaymentStatus>;
    return typeof body.charged === 'number' ? (body as PaymentStatus) : undefined;
  } catch {
    // Refused, silent, or somebody else's server on the port of a shop that is gone.
    return undefined;
  }
}
