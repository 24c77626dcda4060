import { Fault } from '@drover/core';

const MAX_VALUE_BYTES = 256 * 1024;

/** A value as it is stored. Throws `invalid_input` or `too_large`; `what` begins the sentence. */
export function encodeJsonValue(what: string, value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new Fault('invalid_input', `${what} has no JSON form.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_VALUE_BYTES) {
    throw new Fault('too_large', `${what} has ${bytes} bytes, ${MAX_VALUE_BYTES} are allowed.`);
  }
  return text;
}
