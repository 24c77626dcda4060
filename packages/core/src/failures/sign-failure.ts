/** What failures have in common that are of one kind. */
export interface FailureSignature {
  /** 14 hexadecimal digits; alike wherever and whenever the same thing fails. */
  readonly fingerprint: string;
  /** The error without what differs from job to job: `user <n> not found`. */
  readonly message: string;
  /** The first frame of the stack that is of the user's own code: `charge (src/pay.js:12)`; `null` when there is none. */
  readonly place: string | null;
}

const LOOKED_AT = 1_000;
const MAX_MESSAGE = 300;
const MAX_FRAMES = 50;
const MAX_LINE = 500;
/** The folders above are another host's, or another release's. */
const PATH_STEPS = 3;

/** In order: what holds other things comes before them. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>'],
  [/"[^"\n]{0,300}"|`[^`\n]{0,300}`|“[^”\n]{0,300}”/g, '<text>'],
  // Not the apostrophe of "can't".
  [/(?<!\w)'[^'\n]{0,300}'(?!\w)/g, '<text>'],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  // Tokens, hashes, ids of databases: long, and with a digit among the letters.
  [/\b(?=[a-z_-]*\d)(?=[\d_-]*[a-z])[\w-]{12,}\b/gi, '<id>'],
  [/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\d+(?:[.,:]\d+)*/g, '<n>'],
];

/**
 * By what failures are grouped: the error without numbers, ids and quoted values, and the place
 * in the code where it was thrown, without the line, which the next release moves. Of an error
 * without a stack, or one of libraries only, the error alone.
 */
export function signFailure(error: string, stack: string | null): FailureSignature {
  const message = varying
    .reduce((text, [pattern, name]) => text.replace(pattern, name), error.slice(0, LOOKED_AT))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_MESSAGE);
  const frame = stack === null ? null : ownFrame(stack);
  // Where the function has no name, its line is all that tells it from others.
  const key = frame && `${frame.name} ${frame.path}${frame.name === '' ? `:${frame.line}` : ''}`;
  const place = frame && (frame.name === '' ? placeOf(frame) : `${frame.name} (${placeOf(frame)})`);
  return { fingerprint: hash(`${message}\n${key ?? ''}`), message, place };
}

interface Frame {
  readonly name: string;
  readonly path: string;
  readonly line: string;
}

const placeOf = ({ path, line }: Frame) => `${path}:${line}`;

function ownFrame(stack: string): Frame | null {
  const lines = stack.split('\n', MAX_FRAMES * 2).filter((line) => /^\s+at /.test(line));
  for (const line of lines.slice(0, MAX_FRAMES)) {
    const frame = readFrame(line.trim().slice('at '.length, MAX_LINE));
    if (frame !== null) return frame;
  }
  return null;
}

/** Reads `charge (/app/src/pay.js:12:5)` and `/app/src/pay.js:12:5`; `null` for what is not the user's. */
function readFrame(text: string): Frame | null {
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1;
  const where = open === -1 ? text.replace(/^async /, '') : text.slice(open + 1, -1);
  const found = /^(.+):(\d+):\d+$/.exec(where);
  if (found === null) return null;
  const path = (found[1] ?? '').replace(/^file:\/\//, '').replaceAll('\\', '/');
  const foreign = /^(?:node|internal|native|bun|evalmachine)\b[:/]|\/node_modules\/|<anonymous>/;
  if (foreign.test(path)) return null;
  const name = open === -1 ? '' : text.slice(0, open).trim();
  return {
    // Whether it was awaited, and on which class's instance, tells nothing of the place.
    name: name.replace(/^async /, '').replace(/ \[as [^\]]*\]$/, ''),
    path: path.replace(/\?.*$/, '').split('/').filter(Boolean).slice(-PATH_STEPS).join('/'),
    line: found[2] ?? '',
  };
}

/** 53 bits of cyrb53, which is public domain: even, quick, and not for secrets. */
function hash(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(16).padStart(14, '0');
}
