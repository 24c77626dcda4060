import { Fault } from '@drover/core';
import type { ErrorObject, ValidateFunction } from 'ajv';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Which payloads each queue takes; a queue without a schema takes all. */
export interface JobSchemas {
  /** Throws `invalid_input` that names every failing path of the payload. */
  check(queueName: string, data: unknown): void;
  /** As the configuration gives it. */
  of(queueName: string): JsonSchema | null;
}

/** A schema that cannot be used, and why. */
export interface SchemaProblem {
  readonly queueName: string;
  readonly message: string;
}

const MOST_PROBLEMS = 20;
const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;

export const anyPayload: JobSchemas = { check: () => undefined, of: () => null };

/**
 * Compiles the queues' schemas: JSON Schema 2020-12, or draft 7 where `$schema` says so. The
 * validator is loaded only where there is one to compile. What cannot be used is told in `problems`.
 */
export async function compileJobSchemas(
  schemas: ReadonlyMap<string, JsonSchema>,
): Promise<{ readonly schemas: JobSchemas; readonly problems: readonly SchemaProblem[] }> {
  if (schemas.size === 0) return { schemas: anyPayload, problems: [] };
  const validators = new Map<string, ValidateFunction>();
  const problems: SchemaProblem[] = [];
  const compile = await loadCompiler();
  for (const [queueName, schema] of schemas) {
    try {
      validators.set(queueName, compile(schema));
    } catch (error) {
      problems.push({ queueName, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    problems,
    schemas: {
      of: (queueName) => schemas.get(queueName) ?? null,
      check(queueName, data) {
        const validate = validators.get(queueName);
        if (validate === undefined || validate(data)) return;
        const fields = (validate.errors ?? []).slice(0, MOST_PROBLEMS).map(toField);
        const [first] = fields;
        throw new Fault('invalid_input', `${first?.path ?? 'data'}: ${first?.message ?? 'does not fit the schema'}`, {
          details: { queueName, fields },
        });
      },
    },
  };
}

async function loadCompiler(): Promise<(schema: JsonSchema) => ValidateFunction> {
  const [{ Ajv2020 }, { Ajv }, formats] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv'),
    import('ajv-formats'),
  ]);
  // A misspelt keyword would take everything without a word; unions and loose tuples are a matter of taste.
  const options = { allErrors: true, strict: true, strictTypes: false, strictTuples: false, strictRequired: false };
  // One a queue: two schemas may have the same `$id`.
  return (schema) => {
    const isDraft7 = typeof schema.$schema === 'string' && DRAFT_7.test(schema.$schema);
    const ajv = isDraft7 ? new Ajv(options) : new Ajv2020(options);
    formats.default.default(ajv);
    return ajv.compile(schema);
  };
}

/** The path as the search writes it, and what is asked of the value; never the value, which may be redacted. */
function toField({ instancePath, params, message = 'does not fit the schema' }: ErrorObject) {
  const steps = instancePath.split('/').slice(1).map(plainStep);
  const named = params as { missingProperty?: string; additionalProperty?: string; unevaluatedProperty?: string };
  const property = named.missingProperty ?? named.additionalProperty ?? named.unevaluatedProperty;
  const path = ['data', ...steps, ...(property === undefined ? [] : [property])].join('.');
  if (named.missingProperty !== undefined) return { in: 'body' as const, path, message: 'is required' };
  if (property !== undefined) return { in: 'body' as const, path, message: 'is not in the schema' };
  const allowed = (params as { allowedValues?: readonly unknown[] }).allowedValues;
  const among = allowed === undefined ? '' : `: ${JSON.stringify(allowed).slice(0, 200)}`;
  return { in: 'body' as const, path, message: `${message}${among}` };
}

/** A step of a JSON pointer. */
const plainStep = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~');
