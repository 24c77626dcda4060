import { expect, it } from 'vitest';
import { shopQueueNames } from '../jobs.js';

it.each(shopQueueNames)(
  '%s takes the signal: BullMQ gives one only to a processor that declares three parameters',
  async (name) => {
    const { default: handler } = (await import(`./${name}.js`)) as { default: unknown };
    expect(handler).toHaveLength(3);
  },
);
