import { z } from 'zod';

/** Most queues, workers or alerts that one reply holds. */
export const MAX_ENTRIES = 20_000;
/** Most points of history in one reply. */
export const MAX_HISTORY = 5_000;
/** Most jobs that one clean or retry call touches. */
export const MAX_JOBS_PER_CALL = 10_000;

/** An instant: ISO 8601 UTC on the wire, `Date` in the types. */
export const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** Control characters in a name would end up in log lines and headers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point.
const printable = /^[^\u0000-\u001f\u007f]*$/;

/** A queue's, worker's or limiter's name, as the caller wrote it. */
export const name = z.string().min(1).max(512).regex(printable, 'must not contain control characters');
/** A sentence for people. */
export const text = z.string().max(4_000);
/** A number that is not negative: counts, sizes, spans. */
export const amount = z.number().nonnegative();
export const count = z.int().nonnegative();
export const percent = z.number().nonnegative();
export const fieldNames = z.array(z.string().max(100)).max(100);

/** Numbers, flags and instants as they stand in a query string. */
export const queryCount = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(max));
export const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const queryInstant = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

/** An instant in a body: a string on the wire, whose offset may be any. */
export const bodyInstant = z.union([z.date(), z.iso.datetime({ offset: true })]).transform((value) => new Date(value));

export const noParams = z.strictObject({});
export const queueParams = z.strictObject({ queueName: name });
/** Unknown query names are let pass: caches and proxies add their own. */
export const noQuery = z.object({});
/** The guide's client sends POSTs with an empty body under a JSON content type. */
export const noBody = z.union([z.undefined(), z.null(), z.strictObject({})]);

/** Input of a route that takes nothing. */
export const none = { params: noParams, query: noQuery, body: noBody };
/** Input of a route about one queue that takes no more. */
export const ofQueue = { params: queueParams, query: noQuery, body: noBody };
