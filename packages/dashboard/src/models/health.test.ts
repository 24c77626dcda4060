import { describe, expect, it } from 'vitest';
import { issue, queue } from '../../testing/queues.js';
import { issuesOf, issueText, known, severityOf, shownStatus } from './health.js';

const slow = issue('warning', { kind: 'oldest_waiting', message: 'jobs wait 4 min' });
const failing = issue('critical', { kind: 'error_rate', message: '6 % of jobs fail' });
const paused = issue('warning', { kind: 'paused', message: 'paused' });

describe('the health of a queue', () => {
  it('sets a paused queue apart, unless something else is wrong with it', () => {
    expect(shownStatus(queue('a', { paused: true, issues: [paused] }))).toBe('paused');
    expect(shownStatus(queue('a', { paused: true, issues: [paused, slow] }))).toBe('warning');
    expect(shownStatus(queue('a', { paused: true, issues: [failing] }))).toBe('critical');
    expect(shownStatus(queue('a'))).toBe('healthy');
  });

  it('names the worst first', () => {
    expect(issueText(queue('a', { issues: [slow, failing] }))).toBe('6 % of jobs fail; jobs wait 4 min');
    expect(issueText(queue('a'))).toBeUndefined();
  });

  it('colours a cell by what the issue is about', () => {
    const ill = queue('a', { issues: [slow, failing] });
    expect(severityOf(ill, 'error_rate')).toBe('critical');
    expect(severityOf(ill, 'oldest_waiting')).toBe('warning');
    expect(severityOf(ill, 'paused')).toBeUndefined();
  });

  it('takes the words of a server that sends no more than words', () => {
    const { issueDetails: _none, ...plain } = queue('a', { issues: [failing] });
    expect(issuesOf(plain)).toEqual([{ kind: 'unreadable', severity: 'critical', message: '6 % of jobs fail' }]);
  });

  it('does not take an unknown number for 0', () => {
    const { metrics } = queue('a', { metrics: { waiting: 0, active: 0, unknown: ['waiting'] } });
    expect([known(metrics, 'waiting'), known(metrics, 'active')]).toEqual([undefined, 0]);
  });
});
