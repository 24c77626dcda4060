import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJobSchemas } from './job-schemas.js';
import { resolveConfig } from './resolve-config.js';

const read = (jobSchema: unknown) => {
  const value = { queues: { 'a mail': { jobSchema }, sms: {} } };
  const { queues } = resolveConfig({ value, name: 'test', folder: '/' }, {}, {});
  return readJobSchemas(queues.values());
};

describe('the schema of jobs in the configuration', () => {
  it('may be made by zod', async () => {
    const schemas = await read(z.toJSONSchema(z.object({ to: z.email() })));
    expect(() => schemas.check('a mail', { to: 'nobody' })).toThrow('data.to: ');
    expect(() => schemas.check('a mail', { to: 'ada@example.com' })).not.toThrow();
    expect(() => schemas.check('sms', null)).not.toThrow();
  });

  it('is refused in words when it cannot be used', async () => {
    await expect(read({ type: 'order' })).rejects.toThrow(/queues\['a mail'\].jobSchema: .*schema is invalid/);
  });

  it('is refused when it is no schema, or too long', () => {
    expect(() => read('text')).toThrow(/queues\['a mail'\].jobSchema/);
    expect(() => read({ description: 'x'.repeat(70_000) })).toThrow('is longer than 65,536 characters');
  });
});
