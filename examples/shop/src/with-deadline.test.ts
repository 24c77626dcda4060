import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { withDeadline } from './with-deadline.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Work that ends only by its signal. */
const silence = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('silence ends at the deadline, whatever the garbage collector does meanwhile', async () => {
  const waited = withDeadline(new AbortController().signal, 100, silence);
  const collecting = setInterval(collectGarbage, 5);
  await expect(waited).rejects.toThrow('No answer within 100 ms');
  clearInterval(collecting);
});

test("the caller's abort comes first when it does, with its reason", async () => {
  const caller = new AbortController();
  const waited = withDeadline(caller.signal, 60_000, silence);
  const reason = new Error('drained');
  caller.abort(reason);
  await expect(waited).rejects.toBe(reason);
});

test('an answer in time is the result', async () => {
  await expect(withDeadline(new AbortController().signal, 60_000, async () => 'paid')).resolves.toBe('paid');
});
