import type { OperationSummary } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { at, queue } from '../../testing/queues.js';
import {
  type BulkDraft,
  emptyDraft,
  operationCounts,
  operationPercent,
  operationState,
  operationTitle,
  planBulk,
} from './operations.js';

const mail = queue('mail', { metrics: { failed: 214, completed: 9_000 } });
const payments = queue('payments', { metrics: { failed: 0 }, paused: true });
const plan = (kind: BulkDraft['kind'], changes: Partial<BulkDraft> = {}, queues = [mail, payments]) =>
  planBulk({ ...emptyDraft, kind, ...changes }, queues);

describe('what an operation would touch', () => {
  it('counts the queues that a pause or resume changes', () => {
    expect(plan('pause')).toMatchObject({
      count: 1,
      idle: 1,
      request: { kind: 'pause', queues: ['mail', 'payments'] },
    });
    expect(plan('resume')).toMatchObject({ count: 1, idle: 1 });
  });

  it('counts jobs by what is cleaned, each queue up to the limit', () => {
    expect(plan('clean')).toMatchObject({ count: 214, idle: 1 });
    expect(plan('clean', { status: 'completed', limit: '5,000' })).toMatchObject({
      count: 5_010,
      request: { options: { status: 'completed', limit: 5_000 } },
    });
    expect(plan('retry-failed', { limit: '100' })).toMatchObject({ count: 100, request: { options: { limit: 100 } } });
  });

  it('does not call an unknown count zero', () => {
    expect(plan('clean', {}, [queue('legacy', { metrics: { unknown: ['failed'] } })]).count).toBeUndefined();
  });

  it('asks for nothing while a field cannot be read', () => {
    expect(plan('clean', { grace: 'soon', limit: '1.5' })).toMatchObject({
      problems: { grace: '“soon” is no number.', limit: 'Must be a whole number.' },
      request: undefined,
    });
    // What is not asked for a retry is not checked either.
    expect(plan('retry-failed', { grace: 'soon' }).problems).toEqual({});
  });

  it('sends minutes as milliseconds', () => {
    expect(plan('clean', { grace: '1.5' }).request?.options).toEqual({ status: 'failed', grace: 90_000 });
  });
});

describe('an operation in words', () => {
  const operation: OperationSummary = {
    id: 'op-1',
    kind: 'clean',
    state: 'running',
    dryRun: false,
    options: { status: 'failed', grace: 3_600_000, limit: 1_000 },
    queueCount: 2,
    total: 214,
    done: 107,
    failed: 0,
    requestedBy: 'user:ada',
    requestedAt: at(0),
    until: at(0),
  };

  it('says what it does to what', () => {
    expect(operationTitle(operation)).toBe('Remove failed jobs older than 60 min, 1,000 a queue at most');
    expect(operationTitle({ ...operation, kind: 'pause', options: {}, dryRun: true })).toBe('Pause (counted only)');
  });

  it('says how far it is, and what failed', () => {
    expect(operationPercent(operation)).toBe(50);
    expect(operationCounts({ ...operation, failed: 3, uncounted: 50 })).toBe(
      '107 of 214 jobs, 3 could not be changed, up to 50 more done, not counted',
    );
    expect(operationState({ ...operation, cancelRequestedAt: at(1) })).toBe('Cancelling');
    expect(operationState({ ...operation, state: 'done', failed: 3 })).toBe('Done in part');
  });

  it('is whole when there was nothing to do', () => {
    expect(operationPercent({ ...operation, total: 0, done: 0 })).toBe(0);
    expect(operationPercent({ ...operation, total: 0, done: 0, state: 'done' })).toBe(100);
  });
});
