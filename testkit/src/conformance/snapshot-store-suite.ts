import { beforeAll, expect, it } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';
import { takeOver } from './take-over.js';

export function snapshotStoreSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeAll(async () => {
    test = await open();
  });

  it('has nothing before the first tick', async () => {
    const fresh = await open();
    expect(await fresh.engine.snapshots.readIfChanged(null)).toBeNull();
    expect(await fresh.engine.snapshots.readIfChanged({ epoch: 1, seq: 1 })).toBeNull();
  });

  it('gives the latest snapshot, byte for byte, to those who hold another', async () => {
    const { current } = await takeOver(test.engine, 'bytes');
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    await test.engine.snapshots.publish(1, Uint8Array.of(1), current);
    await test.engine.snapshots.publish(2, bytes, current);
    const replica = await test.replica();
    const found = await replica.snapshots.readIfChanged({ epoch: current.epoch, seq: 1 });
    expect(found).toMatchObject({ seq: 2, epoch: current.epoch });
    expect(Buffer.compare(found?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it('gives nothing to those who hold it already', async () => {
    const { current } = await takeOver(test.engine, 'held');
    await test.engine.snapshots.publish(7, Uint8Array.of(7), current);
    expect(await test.engine.snapshots.readIfChanged({ epoch: current.epoch, seq: 7 })).toBeNull();
    expect(await test.engine.snapshots.readIfChanged({ epoch: current.epoch - 1, seq: 7 })).not.toBeNull();
  });

  it('refuses the snapshot of a leader who was succeeded', async () => {
    const { stale, current } = await takeOver(test.engine, 'fenced');
    await test.engine.snapshots.publish(1, Uint8Array.of(1), current);
    await expect(test.engine.snapshots.publish(9, Uint8Array.of(9), stale)).rejects.toMatchObject({ code: 'fenced' });
    expect(await test.engine.snapshots.readIfChanged(null)).toMatchObject({ seq: 1, epoch: current.epoch });
  });
}
