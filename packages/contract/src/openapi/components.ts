import { z } from 'zod';
import { routeNames } from '../routes.js';
import * as schemas from '../schemas/index.js';
import { noBody } from '../schemas/primitives.js';
import type { JsonSchema } from './sample.js';
import { wireForm } from './wire-schema.js';

const { routeSchemas } = schemas;

/** Names of the schemas that the document refers to. */
const names = new Map<z.ZodType, string>();
for (const [name, schema] of Object.entries(schemas)) {
  // Those of paths and query strings are told parameter by parameter.
  if (schema instanceof z.ZodObject && !/(Query|Params|Filters)$/.test(name)) names.set(schema, pascal(name));
}
for (const route of routeNames) {
  const { reply, body } = routeSchemas[route];
  if (!names.has(reply)) names.set(reply, `${pascal(route)}Reply`);
  if (body !== noBody && !names.has(body)) names.set(body, `${pascal(route)}Body`);
}

/** Every named schema in its wire form: instants are strings, as they arrive. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas: found } = z.toJSONSchema(registry, { ...wireForm, uri: refOf });
  const entries = Object.entries(found).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  return Object.fromEntries(entries) as Record<string, JsonSchema>;
}

/** Reference to a schema of a route; undefined for one that is not in the document. */
export function refTo(schema: z.ZodType): JsonSchema | undefined {
  const name = names.get(schema);
  return name === undefined ? undefined : { $ref: refOf(name) };
}

function refOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
