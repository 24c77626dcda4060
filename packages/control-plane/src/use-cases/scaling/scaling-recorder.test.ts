import type { FleetAssignment, HostPresence } from '@drover/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { liveSnapshot } from '../../http/testing/fake-reads.js';
import { FakeClock, MemorySettings } from '../../http/testing/memory-stores.js';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { SettingsCache } from '../settings-cache.js';
import type { StoredDecision } from './scaling-history.js';
import { ScalingPolicies } from './scaling-policies.js';
import { ScalingRecorder } from './scaling-recorder.js';

let clock: FakeClock;
let engine: MemoryEngine;
let policies: ScalingPolicies;
let recorder: ScalingRecorder;
let seq = 0;
const publish = vi.fn();

beforeEach(async () => {
  clock = new FakeClock();
  engine = new MemoryEngine(clock.nowMs);
  const settings = new SettingsCache({ settings: new MemorySettings() });
  await settings.refresh();
  policies = new ScalingPolicies({ settings, configured: () => ({ minWorkers: 1, maxWorkers: 9 }) });
  recorder = another();
  publish.mockReset();
});

const another = () => new ScalingRecorder({ records: engine.records, policies, topics: { publish } });

function tick(assignment: FleetAssignment, part: { epoch?: number; wants?: Record<string, number> } = {}): LeaderTick {
  seq += 1;
  clock.advance(5_000);
  const counted = Object.entries(assignment).map(
    ([name, hosts]) => [name, Object.values(hosts).reduce((sum, count) => sum + count, 0)] as const,
  );
  const wants = part.wants ?? Object.fromEntries(counted);
  return {
    snapshot: liveSnapshot({ seq, timestamp: new Date(clock.ms) }),
    reports: [],
    stored: [],
    hosts: [{ instanceId: 'a', runsWorkers: true, wants } as unknown as HostPresence],
    assignment,
    nowMs: clock.ms,
    fence: { name: 'monitor', epoch: part.epoch ?? 1 },
  };
}

const told = () =>
  engine.records
    .all('scaling.history')
    .map(({ value, subject }) => {
      const { action, currentWorkers, targetWorkers, reason } = value as StoredDecision;
      return `${subject}: ${action} ${currentWorkers}>${targetWorkers}: ${reason}`;
    })
    .reverse();

describe('the history of a count', () => {
  it('tells each change once, with its reason', async () => {
    await recorder.run(tick({ mail: { a: 1 } }));
    await recorder.run(tick({ mail: { a: 1 } }));
    await policies.update('mail', { minWorkers: 3 }, undefined);
    await recorder.run(tick({ mail: { a: 2, b: 1 } }));
    await recorder.run(tick({ mail: { a: 2 } }, { wants: { mail: 1 } }));
    await recorder.run(tick({ mail: { a: 3 } }));
    expect(told()).toEqual([
      'mail: scale_up 0>1: The queue starts with 1 worker, its minWorkers.',
      'mail: scale_up 1>3: minWorkers was raised from 1 to 3.',
      'mail: scale_down 3>2: Hosts that can run this queue are missing: 2 of 3 workers have a place.',
      'mail: scale_up 2>3: A host that can run this queue is back: all 3 workers have a place.',
    ]);
    expect(publish).toHaveBeenCalledTimes(4);
    expect(publish).toHaveBeenLastCalledWith(
      'workers',
      expect.objectContaining({ type: 'workers.counted', queueName: 'mail' }),
    );
  });

  it('goes on where the last leader stopped, and says nothing twice', async () => {
    await recorder.run(tick({ mail: { a: 1 } }));
    const successor = another();
    await successor.run(tick({ mail: { a: 1 } }, { epoch: 2 }));
    await successor.run(tick({ mail: { a: 2 } }, { epoch: 2 }));
    expect(told()).toHaveLength(2);
  });

  it('is written once, also when the answer to the write was lost', async () => {
    const { write } = engine.records;
    vi.spyOn(engine.records, 'write').mockImplementationOnce(async (changes, fence) => {
      await write.call(engine.records, changes, fence);
      throw new Error('the line broke');
    });
    await expect(recorder.run(tick({ mail: { a: 1 } }))).rejects.toThrow();
    // Its own picture is old now: the first try meets the conflict, the next one knows.
    await recorder.run(tick({ mail: { a: 1 } })).catch(() => undefined);
    await recorder.run(tick({ mail: { a: 1 } }));
    expect(told()).toHaveLength(1);
  });

  it('of a thousand queues at once is told whole', async () => {
    const assignment = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`q${index}`, { a: 1 }]));
    await recorder.run(tick(assignment));
    await recorder.run(tick(assignment));
    expect(told()).toHaveLength(1_000);
  });

  it('is kept for thirty days', async () => {
    await recorder.run(tick({ mail: { a: 1 } }));
    clock.advance(31 * 86_400_000);
    await recorder.run(tick({ mail: { a: 2 } }));
    expect(told()).toEqual([expect.stringContaining('1>2')]);
  });
});
