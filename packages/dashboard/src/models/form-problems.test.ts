import { ApiError } from '@drover/client';
import { describe, expect, it } from 'vitest';
import { hasProblems, noProblems, problemsOfError } from './form-problems.js';

const refusal = (...fields: { path: string; message: string }[]) =>
  new ApiError('The input is not valid.', {
    code: 'invalid_input',
    status: 400,
    details: { fields: fields.map((field) => ({ in: 'body', ...field })) },
  });

describe('a refusal of the server', () => {
  it('stands at the fields that it is about, the first word on each', () => {
    const error = refusal(
      { path: 'queueDepth.warning', message: 'must be below critical' },
      { path: 'queueDepth.warning', message: 'second' },
      { path: 'why', message: 'too short' },
    );
    expect(problemsOfError(error, ['queueDepth.warning', 'why'])).toEqual({
      fields: { 'queueDepth.warning': 'Must be below critical.', why: 'Too short.' },
    });
  });

  it('says where in a field that holds more than one value', () => {
    const error = refusal(
      { path: 'data.to', message: 'is required' },
      { path: 'data.copies', message: 'must be >= 1' },
    );
    expect(problemsOfError(error, ['data']).fields.data).toBe('To is required. Copies must be >= 1.');
  });

  it('goes under the form where the form has no such field', () => {
    expect(problemsOfError(refusal({ path: 'other', message: 'unknown' }), ['why'])).toEqual({
      fields: {},
      form: 'Other: unknown.',
    });
    expect(problemsOfError(refusal({ path: '', message: 'nothing to change' }), ['why']).form).toBe(
      'Nothing to change.',
    );
  });

  it('is told in its own words when it is about no field', () => {
    const away = new ApiError('The engine cannot be reached', { code: 'engine_unavailable', status: 503 });
    expect(problemsOfError(away, []).form).toBe('The engine cannot be reached.');
    expect(hasProblems(problemsOfError('odd', []))).toBe(true);
    expect(hasProblems(noProblems)).toBe(false);
  });
});
