import type { AlertThresholds, AlertThresholdsResponse } from '@drover/contract';
import { alertThresholdsChange } from '@drover/contract/schemas';
import { describe, expect, it } from 'vitest';
import {
  backPath,
  readThresholds,
  thresholdPairs,
  thresholdSingles,
  thresholdTexts,
  thresholdWords,
} from './thresholds-form.js';

const thresholds: AlertThresholds = {
  queueDepth: { warning: 1_000, critical: 5_000 },
  oldestWaitingMs: { warning: 300_000, critical: 900_000 },
  errorRate: { warning: 5, critical: 20 },
  timeoutRate: { warning: 2, critical: 10 },
  processingMs: { warning: 30_000, critical: 120_000 },
  memoryPercent: { warning: 80, critical: 95 },
  rateLimitedPercent: { warning: 80, critical: 100 },
  minFinished: 20,
  alertAfterMs: 60_000,
  resolveAfterMs: 120_000,
  resolveMarginPercent: 10,
};
const held: AlertThresholdsResponse = { thresholds, overrides: ['queueDepth.warning'] };

const fields = [...thresholdPairs.flatMap(({ warning, critical }) => [warning, critical]), ...thresholdSingles];
const type = (typed: Record<string, string>) => readThresholds({ ...thresholdTexts(held), ...typed }, held);

describe('the thresholds form', () => {
  it('has a field for each limit that the API knows, with words', () => {
    const known = Object.entries(thresholds).flatMap(([field, value]) =>
      typeof value === 'number' ? [field] : [`${field}.warning`, `${field}.critical`],
    );
    expect(fields.map(({ path }) => path).toSorted()).toEqual(known.toSorted());
    for (const path of known) expect(thresholdWords(path)?.label).toMatch(/[a-z]/);
  });

  it('shows spans in seconds and sends them in milliseconds', () => {
    expect(thresholdTexts(held)['oldestWaitingMs.warning']).toBe('300');
    expect(type({ 'processingMs.warning': '1.5' }).update).toEqual({ processingMs: { warning: 1_500 } });
  });

  it('sends what was changed, and nothing else', () => {
    const { update } = type({ 'queueDepth.warning': '10', minFinished: '7' });
    expect(update).toEqual({ queueDepth: { warning: 10 }, minFinished: 7 });
    expect(alertThresholdsChange.safeParse(update).success).toBe(true);
    expect(type({ 'errorRate.warning': '5' }).update).toEqual({});
  });

  it('takes a field back to the configuration, whatever is typed in it', () => {
    const { update } = type({ 'queueDepth.warning': '6000', [backPath('queueDepth.warning')]: 'yes' });
    expect(update).toEqual({ queueDepth: { warning: null } });
    expect(alertThresholdsChange.safeParse(update).success).toBe(true);
  });

  it.each([
    ['errorRate.warning', '101', /at most 100/],
    ['errorRate.warning', 'five', /no number/],
    ['queueDepth.critical', '', /Enter a number/],
    ['minFinished', '0', /at least 1/],
    ['minFinished', '2.5', /whole number/],
    ['resolveMarginPercent', '95', /at most 90/],
    ['errorRate.warning', '30', /above the critical/],
    ['errorRate.critical', '1', /below the warning/],
  ])('refuses %s = "%s" at its field, as the server would', (path, text, problem) => {
    expect(type({ [path]: text }).fields[path]).toMatch(problem);
  });

  it('judges a pair by both of its new values', () => {
    expect(type({ 'errorRate.warning': '30', 'errorRate.critical': '40' }).fields).toEqual({});
  });

  it('lets through nothing that the schema of the server refuses', () => {
    for (const { path, rule } of fields) {
      for (const value of [rule.min ?? 0, rule.max ?? 1]) {
        const { update } = type({ [path]: String(value) });
        expect(alertThresholdsChange.safeParse(update).success, `${path} = ${value}`).toBe(true);
      }
    }
  });
});
