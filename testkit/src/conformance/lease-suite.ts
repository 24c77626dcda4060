import { beforeAll, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const LONG_MS = 60_000;

export function leaseSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeAll(async () => {
    test = await open();
  });

  it('gives a free lease to the first who asks and to nobody else', async () => {
    const grant = await test.engine.lease.acquire('first', 'ada', LONG_MS);
    expect(grant).toMatchObject({ name: 'first', holder: 'ada' });
    expect(await test.engine.lease.acquire('first', 'bob', LONG_MS)).toBeNull();
    expect(await test.engine.lease.read('first')).toMatchObject({ holder: 'ada', epoch: grant?.epoch });
  });

  it('keeps the epoch while the holder prolongs', async () => {
    const grant = await test.engine.lease.acquire('prolonged', 'ada', 1000);
    const prolonged = await test.engine.lease.acquire('prolonged', 'ada', LONG_MS);
    expect(prolonged?.epoch).toBe(grant?.epoch);
    const held = await test.engine.lease.read('prolonged');
    expect(held?.expiresInMs).toBeGreaterThan(1000);
    expect(held?.expiresInMs).toBeLessThanOrEqual(LONG_MS);
  });

  it('passes on with a larger epoch once it has expired', async () => {
    const grant = await test.engine.lease.acquire('expired', 'ada', 50);
    const next = await vi.waitUntil(() => test.engine.lease.acquire('expired', 'bob', LONG_MS), { timeout: 5000 });
    expect(next.epoch).toBeGreaterThan(grant?.epoch ?? 0);
    expect(await test.engine.lease.acquire('expired', 'ada', LONG_MS)).toBeNull();
  });

  it('passes on at once, with a larger epoch, when it was released', async () => {
    const grant = await test.engine.lease.acquire('released', 'ada', LONG_MS);
    await test.engine.lease.release('released', 'ada');
    expect(await test.engine.lease.read('released')).toBeNull();
    const next = await test.engine.lease.acquire('released', 'bob', LONG_MS);
    expect(next?.epoch).toBeGreaterThan(grant?.epoch ?? 0);
  });

  it('is not released by one who does not hold it', async () => {
    await test.engine.lease.acquire('kept', 'ada', LONG_MS);
    await test.engine.lease.release('kept', 'bob');
    expect(await test.engine.lease.read('kept')).toMatchObject({ holder: 'ada' });
  });

  it('is free when nobody ever asked', async () => {
    expect(await test.engine.lease.read('never')).toBeNull();
  });

  it('goes to one alone of many who ask at the same time', async () => {
    const replica = await test.replica();
    const grants = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? test.engine : replica).lease.acquire('contended', `holder-${index}`, LONG_MS),
      ),
    );
    expect(grants.filter((grant) => grant !== null)).toHaveLength(1);
  });
}
