import { defaultMemoryLimits, defaultThresholds } from '@drover/core';
import { z } from 'zod';
import { configSchema } from './schema.js';

export { configSchema };

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The configuration's reference page, from the schema that validates it. */
export function configurationReference(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  const rows = describeProperties(json, '');
  return `# Configuration

<!-- Written by scripts/generate-reference.mjs from packages/drover/src/config/schema.ts. -->

\`drover.config.ts\`, \`.mts\`, \`.js\`, \`.mjs\` or \`.json\` in the working folder, or \`--config <file>\`. Paths are relative to the file. The command line wins over the environment, the environment over the file. All problems are told at once, each with its path.

| setting | type | what it says |
| --- | --- | --- |
${rows.join('\n')}

## Environment

| variable | setting |
| --- | --- |
| \`DROVER_ENGINE\` | \`engine\` |
| \`DROVER_ENVIRONMENT\` | \`environment\` |
| \`DROVER_DATA_DIR\` | \`dataDir\` |
| \`DROVER_PREFIX\`, \`DROVER_SCHEMA\` | \`prefix\`, \`schema\` |
| \`HOST\`, \`PORT\` | \`host\`, \`port\` |
| \`DROVER_ADMIN_EMAIL\`, \`DROVER_ADMIN_PASSWORD\` | the account that the first start makes |
| \`DROVER_API_TOKEN\` | a bearer token of an administrator, 16 characters at least |
| \`DROVER_HEALTH_PORT\` | of \`drover worker\`: where its probes \`/healthz\` and \`/readyz\` are answered; nowhere unless set |

## Defaults of limits

Memory of a worker process: soft ${defaultMemoryLimits.softLimitMB} MB, hard ${defaultMemoryLimits.hardLimitMB} MB.

| health threshold | warning | critical |
| --- | --- | --- |
${Object.entries(defaultThresholds)
  .flatMap(([name, value]) =>
    typeof value === 'number' ? [] : [`| \`${name}\` | ${value.warning} | ${value.critical} |`],
  )
  .join('\n')}

Shares of fewer than ${defaultThresholds.minFinished} finished attempts (\`minFinished\`) are not judged.
`;
}

function describeProperties({ properties = {} }: JsonSchema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const entries = typeof property.additionalProperties === 'object' ? property.additionalProperties : undefined;
    const own = isToldAbove(path, property) ? [] : describeProperties(property, `${path}.`);
    const nested = entries?.properties ? describeProperties(entries, `${path}.<name>.`) : own;
    return [`| \`${path}\` | ${typeInWords(property)} | ${property.description ?? ''} |`, ...nested];
  });
}

/** A pair of limits is one line, and a queue's own limits are those of the whole. */
function isToldAbove(path: string, { properties = {} }: JsonSchema): boolean {
  return 'critical' in properties || /^queues\.<name>\.(memory|thresholds|timeout)$/.test(path);
}

function typeInWords({ properties, type = 'value', minimum, maximum }: JsonSchema): string {
  if (properties && 'critical' in properties) return '`{ warning, critical }`';
  const from = minimum === undefined || minimum < Number.MIN_SAFE_INTEGER + 1 ? null : minimum;
  const to = maximum === undefined || maximum > Number.MAX_SAFE_INTEGER - 1 ? null : maximum;
  if (from !== null && to !== null) return `${type}, ${from} to ${to}`;
  return from === null ? type : `${type}, at least ${from}`;
}
