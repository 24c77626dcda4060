import type { AlertThresholds, AlertThresholdsResponse } from '@drover/contract';
import { alertThresholdsChange } from '@drover/contract/schemas';
import { describe, expect, it } from 'vitest';
import {
  changeOf,
  emptyDraft,
  isChanged,
  problemsOf,
  shownText,
  type ThresholdsDraft,
  takeBack,
  thresholdPairs,
  thresholdPaths,
  thresholdSingles,
  typed,
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

const fieldOf = (path: string) => {
  const found = [...thresholdPairs.flatMap(({ warning, critical }) => [warning, critical]), ...thresholdSingles].find(
    (field) => field.path === path,
  );
  if (!found) throw new Error(`There is no field ${path}.`);
  return found;
};
const type = (draft: ThresholdsDraft, path: string, text: string) => typed(draft, held, fieldOf(path), text);

describe('the thresholds form', () => {
  it('has a field for each limit that the API knows', () => {
    const known = Object.entries(thresholds).flatMap(([field, value]) =>
      typeof value === 'number' ? [field] : [`${field}.warning`, `${field}.critical`],
    );
    expect([...thresholdPaths].toSorted()).toEqual(known.toSorted());
  });

  it('shows spans in seconds and sends them in milliseconds', () => {
    expect(shownText(emptyDraft, held, fieldOf('oldestWaitingMs.warning'))).toBe('300');
    expect(changeOf(type(emptyDraft, 'processingMs.warning', '1.5'))).toEqual({ processingMs: { warning: 1_500 } });
  });

  it('sends what was changed, and nothing else', () => {
    const draft = type(type(emptyDraft, 'queueDepth.warning', '10'), 'minFinished', '7');
    expect(changeOf(draft)).toEqual({ queueDepth: { warning: 10 }, minFinished: 7 });
    expect(alertThresholdsChange.safeParse(changeOf(draft)).success).toBe(true);
  });

  it('is unchanged again when the old value is typed', () => {
    const draft = type(emptyDraft, 'errorRate.warning', '6');
    expect(isChanged(draft)).toBe(true);
    expect(isChanged(type(draft, 'errorRate.warning', '5'))).toBe(false);
  });

  it('takes a field back to the configuration, and undoes that', () => {
    const draft = takeBack(type(emptyDraft, 'queueDepth.warning', '10'), 'queueDepth.warning');
    expect(changeOf(draft)).toEqual({ queueDepth: { warning: null } });
    expect(alertThresholdsChange.safeParse(changeOf(draft)).success).toBe(true);
    expect(isChanged(takeBack(draft, 'queueDepth.warning'))).toBe(false);
    expect(changeOf(type(draft, 'queueDepth.warning', '12'))).toEqual({ queueDepth: { warning: 12 } });
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
    expect(problemsOf(type(emptyDraft, path, text), held).fields[path]).toMatch(problem);
  });

  it('judges a pair by both of its new values', () => {
    const draft = type(type(emptyDraft, 'errorRate.warning', '30'), 'errorRate.critical', '40');
    expect(problemsOf(draft, held)).toEqual({ fields: {} });
  });

  it('lets through nothing that the schema of the server refuses', () => {
    for (const path of thresholdPaths) {
      const { rule } = fieldOf(path);
      for (const value of [rule.min ?? 0, rule.max ?? 1]) {
        const draft = type(emptyDraft, path, String(value));
        expect(alertThresholdsChange.safeParse(changeOf(draft)).success, `${path} = ${value}`).toBe(true);
      }
    }
  });
});
