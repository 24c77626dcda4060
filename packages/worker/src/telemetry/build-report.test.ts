import { readFileSync } from 'node:fs';
import { decodeReport, encodeReport, MAX_REPORT_BYTES } from '@drover/core';
import { expect, it } from 'vitest';
import { WORKER_VERSION } from '../version.js';
import { AttemptLedger, type MeasuredJob } from './attempt-ledger.js';
import { buildReport, type ReportFacts } from './build-report.js';

const facts: ReportFacts = {
  workerId: 'w1',
  queueName: 'mail',
  host: 'h',
  owner: 'application',
  state: 'ready',
  concurrency: 1,
  active: 0,
  startedAtMs: 1,
  reportedAtMs: 2,
  memoryLimitMB: null,
  lastError: null,
};
const sample = {
  memory: { heapUsed: 1, heapTotal: 2, external: 0, rss: 3, arrayBuffers: 0 },
  cpuShare: 0.1,
  eventLoopDelayMs: 1,
};

function ledgerWithNames(length: number): AttemptLedger {
  const ledger = new AttemptLedger();
  for (let index = 0; index < 50; index++) {
    const job: MeasuredJob = {
      name: `${index}`.padEnd(length, 'n'),
      timestamp: 0,
      opts: {},
      attemptsMade: 0,
      attemptsStarted: 1,
    };
    ledger.begin(job, 0);
    ledger.settle(job, 1.23456789);
    ledger.completed(job);
  }
  return ledger;
}

it('reads back as a report of this version', () => {
  const report = buildReport(facts, ledgerWithNames(5).read(10_000), sample);
  expect(decodeReport(encodeReport(report))).toEqual(report);
  expect(report.version).toBe(WORKER_VERSION);
  expect(report.recentMs[0]).toBe(1.235);
});

it('sheds the job names, and keeps the counts, when it would be too long', () => {
  const report = buildReport(facts, ledgerWithNames(2_000).read(10_000), sample);
  expect(encodeReport(report).length).toBeLessThanOrEqual(MAX_REPORT_BYTES);
  expect(report.byName).toEqual({});
  expect(report.recentMs).toHaveLength(50);
  expect(report.totals.completed).toBe(50);
});

it('names the version of its package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(WORKER_VERSION).toBe(manifest.version);
});
