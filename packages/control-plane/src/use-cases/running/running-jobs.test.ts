import { expect, it } from 'vitest';
import { FakeReads, liveSnapshot, queueHealth } from '../../http/testing/fake-reads.js';
import { FakeClock } from '../../http/testing/memory-stores.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { createRunning } from './running-jobs.js';

const QUEUE = 'email-sending';

function setUp() {
  const clock = new FakeClock();
  const engine = new MemoryEngine(clock.nowMs);
  const reads = new FakeReads();
  // Its 99th percentile is 60 ms: slow is what takes more than the minute.
  reads.publish(liveSnapshot({ queues: [{ ...queueHealth(QUEUE), watchedBy: 'drover' }] }));
  const running = (jobId: string, ageMs: number, processedBy: string | null, progress: string | null = null) =>
    engine.jobs.give({
      ...{ queueName: QUEUE, jobId, state: 'active', startedAtMs: clock.ms - ageMs, processedBy, progress },
    });
  return { clock, engine, running, service: createRunning({ jobs: engine.jobs, reads, clock }) };
}

it('tells the stuck ones first, then the oldest, with their workers and progress', async () => {
  const { running, service } = setUp();
  running('young', 1_000, 'w1', '40');
  running('older', 30_000, 'w1', '{"step":"secret"}');
  running('slow', 90_000, 'w1');
  running('left', 20_000, 'w-dead');
  running('taken-just-now', 2_000, 'w-new');
  running('theirs', 3_000, null);
  const { jobs, truncated } = await service.read({ limit: 10 });
  expect(jobs.map(({ jobId, stuck }) => [jobId, stuck])).toEqual([
    ['left', 'worker_gone'],
    ['slow', 'slow'],
    ['older', undefined],
    ['theirs', undefined],
    ['taken-just-now', undefined],
    ['young', undefined],
  ]);
  expect(jobs.find(({ jobId }) => jobId === 'young')).toMatchObject({ workerId: 'w1', progress: 40, ageMs: 1_000 });
  expect([JSON.stringify(jobs).includes('secret'), truncated]).toEqual([false, false]);
});

it('shows one worker’s, and says when there are more than were asked for', async () => {
  const { running, service } = setUp();
  running('a', 1_000, 'w1');
  running('b', 2_000, 'w1');
  running('c', 3_000, 'w2');
  const reply = await service.read({ workerId: 'w1', limit: 1 });
  expect([reply.jobs.map(({ jobId }) => jobId), reply.truncated]).toEqual([['b'], true]);
});

it('asks the engine once a second, whoever looks', async () => {
  const { clock, engine, running, service } = setUp();
  running('a', 1_000, 'w1');
  let walks = 0;
  const walk = engine.jobs.walk.bind(engine.jobs);
  engine.jobs.walk = (request) => {
    walks += 1;
    return walk(request);
  };
  await Promise.all([service.read({ limit: 1 }), service.read({ limit: 2 })]);
  await service.read({ queueName: QUEUE, limit: 5 });
  expect(walks).toBe(1);
  clock.advance(1_500);
  await service.read({ limit: 1 });
  expect(walks).toBe(2);
});
