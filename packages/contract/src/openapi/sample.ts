/** JSON Schema, as far as our schemas use it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly description?: string;
}

export type Components = Readonly<Record<string, JsonSchema>>;

/** What the guide and its example call things; everything else is told from its schema. */
const byName: Readonly<Record<string, unknown>> = {
  queueName: 'email-sending',
  limiterName: 'stripeApi',
  workerId: 'email-sending-3f9c21ab',
  alertId: 'a1b2c3d4',
  id: 'a1b2c3d4',
  host: 'jobs-1',
  instanceId: 'jobs-1-4711-9f2c1e',
  leader: 'jobs-1-4711-9f2c1e',
  version: '0.1.0',
  environment: 'production',
  address: 'redis://127.0.0.1:6379',
  issues: ['12,400 jobs wait (limit 10,000)'],
  actor: 'user:ada@example.com',
  acknowledgedBy: 'ada@example.com',
  reason: 'memory keeps growing',
  recycleReason: 'soft limit of 384 MB exceeded',
  percentage: 41.5,
  memoryPercentage: 41.5,
  errorRate: 1.2,
  avgErrorRate: 1.2,
  timeoutRate: 0.3,
  softTimeoutPercentage: 80,
  warningThreshold: 80,
  warningThresholdPercent: 80,
  minWorkers: 2,
  maxWorkers: 10,
  timeout: 30_000,
  softLimit: 384,
  hardLimit: 512,
  softLimitMB: 384,
  hardLimitMB: 512,
  success: true,
  recentExecutions: [120, 95, 240],
  seq: 1284,
  epoch: 7,
};

/** Fields that only a failure or a rare state has: left out of an example unless they must be there. */
const rare: ReadonlySet<string> = new Set(['unknown', 'errors', 'warnings', 'shadow']);
const instant = '2026-05-04T10:00:00.000Z';
/** Deeper optional parts are left out: an example shows the shape, not every corner. */
const maxDepth = 7;

/** A value that the schema accepts, for an example: the same every time. */
export function sampleOf(schema: JsonSchema, components: Components, name = '', depth = 0): unknown {
  const known = byName[name];
  const ref = schema.$ref?.split('/').at(-1);
  if (ref !== undefined) return sampleOf(components[ref] ?? {}, components, name, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) {
    const branch = branches.find(({ type }) => type !== 'null') ?? branches[0] ?? {};
    return sampleOf(branch, components, name, depth);
  }
  if (schema.allOf) return sampleOf(schema.allOf[0] ?? {}, components, name, depth);
  const type = typeof schema.type === 'object' ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return sampleObject(schema, components, depth);
    case 'array':
      return Array.isArray(known) ? known : [sampleOf(schema.items ?? {}, components, singular(name), depth + 1)];
    case 'string':
      return sampleString(schema, name);
    case 'integer':
    case 'number':
      return sampleNumber(schema, name);
    case 'boolean':
      return known ?? false;
    case 'null':
      return null;
    default:
      return {};
  }
}

function sampleObject(schema: JsonSchema, components: Components, depth: number): Record<string, unknown> {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).filter(
    ([key]) => required.has(key) || (depth < maxDepth && !rare.has(key)),
  );
  const sample = Object.fromEntries(fields.map(([key, part]) => [key, sampleOf(part, components, key, depth + 1)]));
  const entry = schema.additionalProperties;
  if (fields.length > 0 || typeof entry !== 'object') return sample;
  return { 'email-sending': sampleOf(entry, components, '', depth + 1) };
}

function sampleString({ format, minLength = 0, pattern }: JsonSchema, name: string): string {
  if (format === 'date-time') return instant;
  if (format === 'uri' || /url$/i.test(name)) return 'https://hooks.example.com/drover';
  if (format === 'email' || name === 'email') return 'ada@example.com';
  const known = byName[name];
  if (typeof known === 'string') return known;
  if (pattern?.startsWith('^\\d')) return '1';
  return name === '' ? 'email-sending'.padEnd(minLength, '-') : name.padEnd(minLength, '-');
}

function sampleNumber(schema: JsonSchema, name: string): number {
  const known = byName[name];
  const { minimum = schema.exclusiveMinimum ?? 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const wish = typeof known === 'number' ? known : wishFor(name);
  const value = Math.min(maximum, Math.max(minimum, wish));
  return schema.type === 'integer' ? Math.round(value) : value;
}

function wishFor(name: string): number {
  if (/ms$/i.test(name)) return 250;
  if (/mb$/i.test(name)) return 128;
  if (/percent|rate$/i.test(name)) return 12.5;
  return 12;
}

function singular(name: string): string {
  return name.endsWith('s') ? name.slice(0, -1) : name;
}
