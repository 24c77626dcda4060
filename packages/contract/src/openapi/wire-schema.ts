import { z } from 'zod';
import type { JsonSchema } from './sample.js';

/** How our schemas become JSON Schema: in the form that travels, said once. */
export const wireForm = {
  io: 'input',
  unrepresentable: 'any',
  override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) {
    // The format says it; zod's pattern of a calendar is 300 characters at each instant.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    // The branch of a union that only a program can give, such as a `Date`, is anything: it would swallow the others.
    const told = jsonSchema.anyOf?.filter((branch) => Object.keys(branch).length > 0);
    if (!told || told.length === jsonSchema.anyOf?.length) return;
    delete jsonSchema.anyOf;
    if (told.length === 1) Object.assign(jsonSchema, told[0]);
    else jsonSchema.anyOf = told;
  },
} as const satisfies z.core.ToJSONSchemaParams;

/** One schema in its wire form. */
export function wireSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, wireForm);
  return rest as JsonSchema;
}
