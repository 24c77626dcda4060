import { isFault } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { compileJobSchemas, type JsonSchema } from './job-schemas.js';

const order: JsonSchema = {
  type: 'object',
  properties: {
    customerId: { type: 'integer', minimum: 1 },
    currency: { enum: ['EUR', 'USD'] },
    to: { type: 'string', format: 'email' },
    lines: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'number' } } } },
  },
  required: ['customerId'],
  additionalProperties: false,
};

const compiled = async (schema: JsonSchema) => {
  const { schemas, problems } = await compileJobSchemas(new Map([['orders', schema]]));
  expect(problems).toEqual([]);
  return schemas;
};
const fieldsOf = async (data: unknown, schema = order) => {
  try {
    (await compiled(schema)).check('orders', data);
    return [];
  } catch (error) {
    if (!isFault(error, 'invalid_input')) throw error;
    return (error.details as { fields: { path: string; message: string }[] }).fields;
  }
};

describe('the schema of a queue', () => {
  it('takes what fits, and everything in other queues', async () => {
    const schemas = await compiled(order);
    expect(() => schemas.check('orders', { customerId: 1, to: 'ada@example.com' })).not.toThrow();
    expect(() => schemas.check('mail', 'anything')).not.toThrow();
    expect(schemas.of('orders')).toBe(order);
    expect(schemas.of('mail')).toBeNull();
  });

  it.each([
    [{}, 'data.customerId', 'is required'],
    [{ customerId: 0 }, 'data.customerId', 'must be >= 1'],
    [{ customerId: 1, note: '' }, 'data.note', 'is not in the schema'],
    [{ customerId: 1, currency: 'DM' }, 'data.currency', 'must be equal to one of the allowed values: ["EUR","USD"]'],
    [{ customerId: 1, to: 'nobody' }, 'data.to', 'must match format "email"'],
    [{ customerId: 1, lines: [{ 'a/b': '7' }] }, 'data.lines.0.a/b', 'must be number'],
    ['text', 'data', 'must be object'],
  ])('refuses %j by %s', async (data, path, message) => {
    expect(await fieldsOf(data)).toEqual([{ in: 'body', path, message }]);
  });

  it('names every path that fails, up to twenty, and no value', async () => {
    expect(await fieldsOf({ currency: 'secret-value', to: 'secret-value' })).toHaveLength(3);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, 'secret-value']));
    const fields = await fieldsOf(many);
    expect(fields).toHaveLength(20);
    expect(JSON.stringify(fields)).not.toContain('secret-value');
  });

  it('may be of draft 7', async () => {
    const $schema = 'http://json-schema.org/draft-07/schema#';
    expect(await fieldsOf([1, 'x'], { $schema, items: [{ type: 'number' }, { type: 'number' }] })).toHaveLength(1);
  });

  it.each<[string, JsonSchema]>([
    ['a type that does not exist', { type: 'order' }],
    ['a misspelt keyword', { propertis: {} }],
    ['a reference to elsewhere', { $ref: 'https://example.com/order.json' }],
    ['a draft that is not known', { $schema: 'https://json-schema.org/draft/2077/schema' }],
    ['a pattern that is none', { pattern: '(' }],
  ])('is told as unusable for %s, while the others hold', async (_, bad) => {
    const { schemas, problems } = await compileJobSchemas(
      new Map([
        ['bad', bad],
        ['orders', order],
      ]),
    );
    expect(problems).toMatchObject([{ queueName: 'bad', message: expect.any(String) }]);
    expect(() => schemas.check('orders', {})).toThrow('data.customerId: is required');
  });
});
