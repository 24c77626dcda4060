import { describe, expect, it } from 'vitest';
import { faultStatus } from '../faults.js';
import type { Route } from '../routes/route.js';
import { commonFaults, routeNames, routes } from '../routes.js';
import { errorResponse } from '../schemas/errors.js';
import { routeSchemas } from '../schemas/route-schemas.js';
import { type OpenApiOperation, openApiDocument } from './document.js';
import { routeDocs } from './route-docs.js';

const document = openApiDocument({ version: '0.1.0' });
const operations = new Map<string, { method: string; path: string; operation: OpenApiOperation }>();
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    operations.set(operation.operationId, { method, path, operation });
  }
}

it('has every route of the table, and no other', () => {
  expect([...operations.keys()].sort()).toEqual([...routeNames].sort());
});

describe.each(routeNames)('%s', (name) => {
  const route: Route = routes[name];
  const { method, path, operation } = operations.get(name) ?? expect.fail('it is not in the document');
  const { params, query, body, reply } = routeSchemas[name];

  it('stands at its path with its method, its role and words of its own', () => {
    expect(method.toUpperCase()).toBe(route.method);
    expect(path.replace(/\{(\w+)\}/g, ':$1')).toBe(route.path);
    expect(operation.description).toContain(`\`${route.role}\``);
    expect(routeDocs[name]?.summary.length ?? 0, 'packages/contract/src/openapi/route-docs.ts').toBeGreaterThan(8);
  });

  it('names its parameters, with examples that its schemas accept', () => {
    const given = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
    const examples = (place: string) =>
      given(place)
        .filter(({ example }) => example !== undefined)
        .map((parameter) => [parameter.name, String(parameter.example)]);
    expect(given('path').map((parameter) => `:${parameter.name}`)).toEqual(route.path.match(/:\w+/g) ?? []);
    expect(params.safeParse(Object.fromEntries(examples('path'))).error).toBeUndefined();
    // One at a time: together some exclude each other.
    const required = given('query').filter((parameter) => parameter.required);
    const always = required.map((parameter) => [parameter.name, String(parameter.example)]);
    for (const example of [[], ...examples('query').map((one) => [one])]) {
      expect(query.safeParse(Object.fromEntries([...always, ...example])).error).toBeUndefined();
    }
  });

  it('has examples of body and reply that its schemas accept', () => {
    const sent = operation.requestBody?.content['application/json']?.example;
    expect(body.safeParse(sent).error).toBeUndefined();
    if (route.stream) return;
    expect(reply.safeParse(operation.responses[200]?.content?.['application/json']?.example).error).toBeUndefined();
  });

  it('lists each of its faults under its status, with an example', () => {
    for (const code of [...commonFaults, ...route.faults]) {
      const { examples } = operation.responses[faultStatus[code]]?.content?.['application/json'] ?? {};
      expect(examples?.[code]).toEqual({ $ref: `#/components/examples/${code}` });
      expect(errorResponse.parse(document.components.examples[code]?.value).code).toBe(code);
    }
  });
});

it('refers only to schemas that it holds', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, ref]) => ref);
  expect(refs.length).toBeGreaterThan(50);
  for (const ref of refs) expect(document.components.schemas).toHaveProperty(ref ?? '');
});

it('tells instants as they are on the wire', () => {
  expect(document.components.schemas.QueueMetrics?.properties?.timestamp).toMatchObject({
    type: 'string',
    format: 'date-time',
  });
});
