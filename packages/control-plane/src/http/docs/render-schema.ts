import type { JsonSchema } from '@drover/contract/openapi';
import { type Html, html } from './html.js';

/** A schema's fields, those of nested objects by their dotted paths. */
export function fieldsTable(name: string, schema: JsonSchema): Html {
  const fields = fieldsOf(schema, '');
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fields of ${name}"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Type</th></tr></thead>
<tbody>${fields.map(
    ({ path, required, part }) =>
      html`<tr><td><code>${path}</code>${!required && ' (optional)'}</td><td>${typeOf(part)}</td></tr>`,
  )}</tbody></table></div>`;
}

interface Field {
  readonly path: string;
  readonly required: boolean;
  readonly part: JsonSchema;
}

function fieldsOf(schema: JsonSchema, at: string): readonly Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([key, part]) => [
    { path: at + key, required: required.has(key), part },
    ...fieldsOf(part.type === 'array' ? (part.items ?? {}) : part, `${at}${key}${part.type === 'array' ? '[]' : ''}.`),
  ]);
}

/** A type in a few words, with what bounds it. */
export function typeOf(schema: JsonSchema): Html {
  const ref = schema.$ref?.split('/').at(-1);
  if (ref !== undefined) return html`<a href="#schema-${ref}">${ref}</a>`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return separated(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return separated(branches.map(typeOf));
  if (schema.type === 'array') return html`list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return html`by name: ${typeOf(schema.additionalProperties)}`;
  }
  const type = typeof schema.type === 'object' ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return html`${schema.format === 'date-time' ? 'instant' : type}${boundsOf(schema)}`;
}

function separated(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => html`${index > 0 && ' or '}${part}`)}`;
}

function boundsOf({ minimum, maximum, minLength, maxLength }: JsonSchema): string {
  const [low, high] = [minimum ?? minLength, maximum ?? maxLength];
  const unit = minLength !== undefined || maxLength !== undefined ? ' characters' : '';
  // Whole numbers end where JavaScript's do: no bound that anybody meets.
  if (high === undefined || high === Number.MAX_SAFE_INTEGER) return low === undefined ? '' : `, from ${low}${unit}`;
  return low === undefined ? `, up to ${high}${unit}` : `, ${low} to ${high}${unit}`;
}
