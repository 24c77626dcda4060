import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { startTestOperations } from '../../testing/test-operations.js';
import type { RunningOperations } from './start-operations.js';

const ada = { actor: 'user:ada', role: 'operator' };
const refusal = { code: 'conflict', message: expect.stringContaining('--observe') };
let engine: MemoryEngine;
let observer: RunningOperations;

beforeEach(() => {
  engine = new MemoryEngine(Date.now);
  engine.operations.jobs.set('email-sending', [{ id: 'failed-1', state: 'failed', restsSinceMs: 0 }]);
  observer = startTestOperations(engine, 'observer', { observes: true });
});
afterEach(() => observer.stop());

it('changes no queue while it only observes, and says why', async () => {
  await expect(observer.commands.resolve(['email-sending'])).rejects.toMatchObject(refusal);
  await expect(observer.bulk.start({ kind: 'pause', matching: '*' }, ada)).rejects.toMatchObject(refusal);
  expect(engine.operations.paused).toEqual(new Set());
});

it('counts for an observer what an operation would touch', async () => {
  const asked = { kind: 'retry-failed', queues: ['email-sending'], dryRun: true } as const;
  expect(await observer.bulk.start({ ...asked, queues: [...asked.queues] }, ada)).toMatchObject({ total: 1, done: 0 });
});

it('leaves operations to control planes that steer', async () => {
  expect(engine.calls.get('records.prune')).toBeUndefined();
  const steering = startTestOperations(engine, 'steering');
  await steering.stop();
  // The first thing that whoever works on operations does.
  expect(engine.calls.get('records.prune')).toBe(1);
});
