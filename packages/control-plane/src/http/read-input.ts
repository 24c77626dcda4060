import type { FieldProblem, RouteMatch, RouteName } from '@drover/contract';
import { routeSchemas } from '@drover/contract/schemas';
import { Fault } from '@drover/core';
import type { z } from 'zod';

const MAX_BODY_BYTES = 256 * 1_024;

export interface RouteInput<N extends RouteName> {
  readonly params: z.output<(typeof routeSchemas)[N]['params']>;
  readonly query: z.output<(typeof routeSchemas)[N]['query']>;
  readonly body: z.output<(typeof routeSchemas)[N]['body']>;
}

/** Parses and checks all that a request brings; rejects with `invalid_input` that names every bad field. */
export async function readInput(match: RouteMatch, request: Request, url: URL): Promise<RouteInput<RouteName>> {
  const schemas = routeSchemas[match.name];
  const problems: FieldProblem[] = [];
  const check = (place: FieldProblem['in'], schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(...result.error.issues.flatMap((issue) => problemsOf(place, issue)));
    return undefined;
  };
  const params = check('path', schemas.params, match.params);
  const query = check('query', schemas.query, Object.fromEntries(url.searchParams));
  const body = match.route.method === 'GET' ? undefined : check('body', schemas.body, await readJson(request));
  if (problems.length > 0) {
    const first = problems[0];
    const message = `${first?.path || `The ${first?.in}`}: ${first?.message}`;
    throw new Fault('invalid_input', message, { details: { fields: problems.slice(0, 100) } });
  }
  // Each part was parsed by the route's own schema just above.
  return { params, query, body } as RouteInput<RouteName>;
}

function problemsOf(place: FieldProblem['in'], issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: place,
      path: [...path, key].join('.'),
      message: 'is not a field of this call',
    }));
  }
  return [{ in: place, path: path.join('.'), message: issue.message }];
}

/** Undefined for an empty body, which the guide's client sends under a JSON content type. */
async function readJson(request: Request): Promise<unknown> {
  const text = (await readBounded(request, MAX_BODY_BYTES)).toString('utf8');
  if (text.trim() === '') return undefined;
  const fail = (message: string) =>
    new Fault('invalid_input', message, { details: { fields: [{ in: 'body', path: '', message }] } });
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw fail('The body must be JSON, with Content-Type: application/json.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw fail('The body is not valid JSON.');
  }
}

/** Stops reading at the bound: a length that was not announced must not fill the memory. */
export async function readBounded(request: Request, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new Fault('too_large', `A body has at most ${maxBytes / 1_024} KB.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return Buffer.alloc(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(value);
  }
}
