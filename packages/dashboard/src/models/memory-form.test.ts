import { memoryRouteSchemas } from '@drover/contract/schemas';
import { describe, expect, it } from 'vitest';
import { memoryFields, memoryTexts, readMemory } from './memory-form.js';

const config = {
  worker: { softLimit: 384, hardLimit: 512, warningThreshold: 80 },
  jobSpecific: {},
  recycling: { afterJobs: 0, afterHours: 24 },
};
const type = (typed: Record<string, string>) => readMemory({ ...memoryTexts(config), ...typed }, config);

describe('the memory form', () => {
  it('shows what holds and sends what was changed', () => {
    expect(memoryTexts(config)['worker.hardLimit']).toBe('512');
    expect(type({ 'worker.hardLimit': '640', 'recycling.afterHours': '12.5' })).toEqual({
      fields: {},
      update: { worker: { hardLimit: 640 }, recycling: { afterHours: 12.5 } },
    });
    expect(type({ 'worker.hardLimit': '512' })).toEqual({ fields: {}, update: {} });
  });

  it.each([
    ['worker.softLimit', '8', /at least 16/],
    ['worker.softLimit', '600', /above the hard/],
    ['worker.warningThreshold', '101', /at most 100/],
    ['worker.hardLimit', '', /./],
    ['recycling.afterJobs', '1.5', /whole/],
  ])('refuses %s = %s at a field', (path, text, problem) => {
    expect(Object.values(type({ [path]: text }).fields).join()).toMatch(problem);
  });

  it('keeps to the bounds of the server', () => {
    for (const { path, rule } of memoryFields) {
      for (const bound of [rule.min, rule.max]) {
        // Soft and hard together: each is judged by the other.
        const both = path.endsWith('Limit')
          ? { 'worker.softLimit': String(bound), 'worker.hardLimit': String(bound) }
          : {};
        const { fields, update: change } = type({ ...both, [path]: String(bound) });
        expect(fields, `${path} = ${bound}`).toEqual({});
        expect(memoryRouteSchemas.updateMemoryConfig.body.safeParse(change).success, `${path} = ${bound}`).toBe(true);
      }
    }
  });
});
