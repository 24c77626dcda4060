import { memoryRouteSchemas } from '@drover/contract/schemas';
import { describe, expect, it } from 'vitest';
import { memoryChange, memoryFields, memoryProblems, memoryText, typedMemory } from './memory-form.js';

const config = {
  worker: { softLimit: 384, hardLimit: 512, warningThreshold: 80 },
  jobSpecific: {},
  recycling: { afterJobs: 0, afterHours: 24 },
};
const type = (path: string, text: string) => typedMemory({}, config, path, text);

describe('the memory form', () => {
  it('shows what holds and sends what was changed', () => {
    expect(memoryText({}, config, 'worker.hardLimit')).toBe('512');
    expect(memoryChange({ 'worker.hardLimit': '640', 'recycling.afterHours': '12.5' })).toEqual({
      worker: { hardLimit: 640 },
      recycling: { afterHours: 12.5 },
    });
    expect(type('worker.hardLimit', '512')).toEqual({});
  });

  it.each([
    ['worker.softLimit', '8', /at least 16/],
    ['worker.softLimit', '600', /above the hard/],
    ['worker.warningThreshold', '101', /at most 100/],
    ['recycling.afterJobs', '1.5', /whole/],
  ])('refuses %s = %s at a field', (path, text, problem) => {
    expect(Object.values(memoryProblems(type(path, text), config).fields).join()).toMatch(problem);
  });

  it('keeps to the bounds of the server', () => {
    for (const { path, rule } of memoryFields) {
      for (const bound of [rule.min, rule.max]) {
        const change = memoryChange({ [path]: String(bound) });
        expect(memoryRouteSchemas.updateMemoryConfig.body.safeParse(change).success, `${path} = ${bound}`).toBe(true);
      }
    }
  });
});
