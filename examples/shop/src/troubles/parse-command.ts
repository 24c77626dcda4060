import { parseArgs } from 'node:util';
import { type TroubleName, troubleKinds, troubleNames } from './trouble.js';

export type ShopCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'status' }
  | { readonly kind: 'start'; readonly trouble: TroubleName; readonly seconds: number; readonly times?: number }
  | { readonly kind: 'fix'; readonly troubles: readonly TroubleName[] }
  | { readonly kind: 'mistake'; readonly message: string };

const defaultTimes = 10;
const longestSeconds = 24 * 3_600;
const mostTimes = 100;

/** Understands the words after `npm run shop --`. */
export function parseShopCommand(words: readonly string[]): ShopCommand {
  let parsed: ReturnType<typeof readWords>;
  try {
    parsed = readWords(words);
  } catch (error) {
    return { kind: 'mistake', message: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  const phrase = positionals.join(' ');
  if (values.help || phrase === '' || phrase === 'help') return { kind: 'help' };
  if (phrase === 'status') return { kind: 'status' };
  if (positionals[0] === 'fix') return fixCommand(positionals.slice(1));

  const trouble = troubleNames.find((name) => troubleKinds[name].start === phrase);
  if (trouble === undefined) return { kind: 'mistake', message: `The shop has no command "${phrase}".` };
  const seconds = Number(values.seconds ?? troubleKinds[trouble].seconds);
  if (!(seconds >= 1 && seconds <= longestSeconds)) {
    return { kind: 'mistake', message: `--seconds is a number from 1 to ${longestSeconds}, not ${values.seconds}.` };
  }
  if (trouble !== 'flash-sale') {
    if (values.times !== undefined) return { kind: 'mistake', message: '--times belongs to flash-sale alone.' };
    return { kind: 'start', trouble, seconds };
  }
  const times = Number(values.times ?? defaultTimes);
  if (!(times > 0 && times <= mostTimes)) {
    return { kind: 'mistake', message: `--times is a number above 0, ${mostTimes} at most, not ${values.times}.` };
  }
  return { kind: 'start', trouble, seconds, times };
}

function fixCommand(subjects: readonly string[]): ShopCommand {
  const [subject] = subjects;
  const known = [...new Set(troubleNames.map((name) => troubleKinds[name].subject)), 'all'];
  if (subject === undefined || subjects.length > 1 || !known.includes(subject)) {
    return { kind: 'mistake', message: `fix takes one of ${known.join(', ')}.` };
  }
  const fixed = troubleNames.filter((name) => subject === 'all' || troubleKinds[name].subject === subject);
  return { kind: 'fix', troubles: fixed };
}

function readWords(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { seconds: { type: 'string' }, times: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
}
