import { z } from 'zod';
import type { Route } from '../routes/route.js';
import type { RouteSchemas } from '../schemas/route-schemas.js';
import { type Components, type JsonSchema, sampleOf } from './sample.js';
import { wireSchema } from './wire-schema.js';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** What a route takes beside its body. */
export function parametersOf(route: Route, schemas: RouteSchemas, components: Components): readonly Parameter[] {
  return [
    ...fieldsOf(schemas.params).map((field) => parameter('path', field, wireSchema(field.schema), components)),
    ...fieldsOf(schemas.query).map((field) => parameter('query', field, querySchema(field.schema), components)),
    ...(route.method === 'PATCH' || route.method === 'PUT' ? [ifMatch] : []),
  ];
}

const queryExamples: Readonly<Record<string, unknown>> = {
  history: true,
  historyLimit: 60,
  limit: 100,
  offset: 0,
  topics: 'snapshot',
};

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the reply that was edited. With it the change is refused with `conflict` when somebody else ' +
    'was quicker; without it the last write wins.',
  schema: { type: 'string' },
  example: '"3"',
};

interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
}

function parameter(place: 'path' | 'query', field: Field, schema: JsonSchema, components: Components): Parameter {
  const { name } = field;
  const example = queryExamples[name] ?? sampleOf(schema, components, name);
  return {
    name,
    in: place,
    required: isRequired(field.schema),
    schema,
    // Some have a form that only the server makes, a page's cursor: better none than one that is refused.
    ...(field.schema.safeParse(String(example)).success && { example }),
  };
}

function fieldsOf(schema: z.ZodType): readonly Field[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.entries(shape).map(([name, part]) => ({ name, schema: part }));
}

function isRequired(schema: z.ZodType): boolean {
  return !z.object({ field: schema }).safeParse({}).success;
}

/** Numbers and flags as what they mean, not as the strings that a query is made of. */
function querySchema(schema: z.ZodType): JsonSchema {
  const wire = wireSchema(schema);
  const meant = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as JsonSchema;
  if (meant.type === 'integer' || meant.type === 'number') {
    const { minimum, maximum } = meant;
    return { type: meant.type, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
  }
  if (wire.enum?.join() === 'true,false') return { type: 'boolean' };
  if (wire.pattern?.startsWith('^\\d')) return { type: 'integer', minimum: 0 };
  return wire;
}
