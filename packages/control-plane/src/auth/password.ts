import { randomInt } from 'node:crypto';
import { Fault } from '@drover/core';
import { hash, verify } from '@node-rs/argon2';

const MIN_LENGTH = 10;
/** Long enough for any passphrase; a megabyte of password would be hashed too. */
const MAX_LENGTH = 256;

/** OWASP's advice for argon2id, which is the library's default algorithm. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

function checkPassword(password: string): void {
  if (password.length >= MIN_LENGTH && password.length <= MAX_LENGTH) return;
  const message = `A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters.`;
  throw new Fault('invalid_input', message, { details: { fields: [{ in: 'body', path: 'password', message }] } });
}

export async function hashPassword(password: string): Promise<string> {
  checkPassword(password);
  return hash(password, cost);
}

export interface PasswordVerifier {
  /** False for a wrong password and for `null`, an account that does not exist, after the same work. */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
}

/** Verifications at one time: each takes 19 MB and a thread that file reads need too. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 30;

/** Checks passwords few at a time; beyond its queue it refuses, so that a flood cannot use up the machine. */
export function createPasswordVerifier(): PasswordVerifier {
  let running = 0;
  const waiting: (() => void)[] = [];
  // Verified against when there is no account, so that the time does not tell which accounts exist.
  const nobody = hash('nobody has this password', cost);
  return {
    async verify(passwordHash, password) {
      if (password.length > MAX_LENGTH) return false;
      if (running >= MAX_AT_ONCE) {
        if (waiting.length >= MAX_WAITING) {
          throw new Fault('rate_limited', 'Too many sign-ins at once. Try again in a moment.', { retryAfterMs: 2_000 });
        }
        // The one that ends hands its place over, so `running` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        const matches = await verify(passwordHash ?? (await nobody), password);
        return matches && passwordHash !== null;
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

/** No letters or digits that look alike: it is read from a terminal and typed. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of five, 99 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
