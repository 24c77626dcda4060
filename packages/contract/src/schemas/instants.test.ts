import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { datePaths, eventDatePaths } from '../date-paths.js';
import { routeNames } from '../routes.js';
import { liveDelta, liveSnapshot } from './live.js';
import { instant } from './primitives.js';
import { routeSchemas } from './route-schemas.js';

describe('paths of instants', () => {
  it.each(routeNames)('%s: the listed ones are those of its schema', (name) => {
    if (name === 'openEvents') return;
    expect([...(datePaths[name] ?? [])].sort()).toEqual(instantsOf(routeSchemas[name].reply).sort());
  });

  it('events: the listed ones are those of their schemas', () => {
    expect([...eventDatePaths.snapshot].sort()).toEqual(instantsOf(liveSnapshot).sort());
    expect([...eventDatePaths.delta].sort()).toEqual(instantsOf(liveDelta).sort());
  });
});

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
}

function instantsOf(schema: z.ZodType, at: readonly string[] = []): string[] {
  if ((schema as unknown) === instant) return [at.join('.')];
  const definition = schema._zod.def as unknown as Definition;
  const inner = definition.innerType;
  if (inner) return instantsOf(inner, at);
  if (definition.element) return instantsOf(definition.element, [...at, '*']);
  if (definition.valueType) return instantsOf(definition.valueType, [...at, '*']);
  return Object.entries(definition.shape ?? {}).flatMap(([key, part]) => instantsOf(part, [...at, key]));
}
