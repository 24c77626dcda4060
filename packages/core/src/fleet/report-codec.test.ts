import { describe, expect, it } from 'vitest';
import { decodeReport, encodeReport } from './report-codec.js';

/** As a worker of version 0.1.0 stored it. Never edit: it stands for workers that are out there. */
const stored =
  '{"format":1,"workerId":"email-1f2e","queueName":"email","host":"node-a","pid":42,"version":"0.1.0","owner":"drover","state":"ready","concurrency":5,"active":2,"startedAtMs":1795449600000,"reportedAtMs":1795449660000,"totals":{"started":12,"firstStarted":11,"completed":9,"failed":1,"timedOut":0,"stalled":0,"handedBack":0},"byName":{"welcome":{"completed":9,"failed":1,"timedOut":0,"processingMs":730}},"processing":"B9CMAQA=","wait":"BwAA","recentMs":[70,80],"minMs":12,"maxMs":90,"memory":{"heapUsed":30.1,"heapTotal":41,"external":3,"rss":88.5,"arrayBuffers":0.2},"memoryLimitMB":512,"cpuShare":0.04,"eventLoopDelayMs":11.2,"lastError":null}';

describe('a stored report', () => {
  it('of version 0.1.0 is read by every later control plane', () => {
    expect(decodeReport(stored)).toMatchObject({
      workerId: 'email-1f2e',
      queueName: 'email',
      state: 'ready',
      totals: { completed: 9, failed: 1 },
      memory: { rss: 88.5 },
    });
  });

  it('of a newer worker is read as far as it is known', () => {
    const newer = JSON.stringify({ ...JSON.parse(stored), format: 2, gpuShare: 0.5 });
    expect(decodeReport(newer)?.totals.completed).toBe(9);
  });

  it.each([
    ['as it says', { cause: 'hard_limit', reason: 'too big' }, { cause: 'hard_limit', reason: 'too big' }],
    ['by a newer worker’s cause as if by command', { cause: 'moon', reason: 'x' }, { cause: 'command', reason: 'x' }],
    ['never by something damaged', { cause: 'age' }, undefined],
    ['never by a word', 'age', undefined],
  ])('of a worker that is to be recycled is read %s', (_, recycle, expected) => {
    expect(decodeReport(JSON.stringify({ ...JSON.parse(stored), recycle }))?.recycle).toEqual(expected);
  });

  it('survives its own encoding', () => {
    const report = decodeReport(stored);
    expect(report && decodeReport(encodeReport(report))).toEqual(report);
  });

  it.each(['', 'not json', '[]', 'null', '{"format":1}', stored.replace('"ready"', '"dancing"')])(
    'that is none is left out: %s',
    (text) => {
      expect(decodeReport(text)).toBeNull();
    },
  );
});
