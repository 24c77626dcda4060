import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

export function settingsStoreSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeEach(async () => {
    test = await open();
  });

  it('keeps documents and counts their versions', async () => {
    const { settings } = test.engine;
    const value = { list: [], text: 'ä "quoted" \u2028', nested: { none: null, big: 12345678901234 } };
    expect(await settings.put('policy:mail', value)).toMatchObject({ key: 'policy:mail', value, version: 1 });
    expect(await settings.put('policy:mail', [1])).toMatchObject({ value: [1], version: 2 });
    expect(await settings.get('policy:mail')).toMatchObject({ value: [1], version: 2 });
    expect(await settings.get('policy:none')).toBeNull();
  });

  it('dates a document by its last write', async () => {
    const before = Date.now();
    const { updatedAtMs } = await test.engine.settings.put('dated', 1);
    expect(updatedAtMs).toBeGreaterThanOrEqual(before - 1000);
    expect(updatedAtMs).toBeLessThanOrEqual(Date.now() + 1000);
    expect((await test.engine.settings.get('dated'))?.updatedAtMs).toBe(updatedAtMs);
  });

  it('lists by prefix, in the order of the keys, taking the prefix as it stands', async () => {
    const { settings } = test.engine;
    for (const key of ['user:b', 'user:a', 'users', 'user*', 'user:Ä', 'other', 'us%r:x']) await settings.put(key, key);
    expect((await settings.list('user:')).map(({ key }) => key)).toEqual(['user:a', 'user:b', 'user:Ä']);
    expect((await settings.list('user*')).map(({ key }) => key)).toEqual(['user*']);
    expect((await settings.list('us%')).map(({ key }) => key)).toEqual(['us%r:x']);
    expect(await settings.list('nobody')).toEqual([]);
  });

  it('writes only over the expected version, and tells the current one', async () => {
    const { settings } = test.engine;
    await expect(settings.put('cas', 'x', 3)).rejects.toMatchObject({ code: 'conflict', details: { current: null } });
    await settings.put('cas', 'one', 0);
    await expect(settings.put('cas', 'again', 0)).rejects.toMatchObject({
      code: 'conflict',
      details: { current: { key: 'cas', value: 'one', version: 1 } },
    });
    expect(await settings.put('cas', 'two', 1)).toMatchObject({ version: 2 });
    await expect(settings.delete('cas', 1)).rejects.toMatchObject({ code: 'conflict' });
    expect(await settings.get('cas')).toMatchObject({ value: 'two' });
    expect(await settings.delete('cas', 2)).toBe(true);
    expect(await settings.get('cas')).toBeNull();
  });

  it('lets one alone of many writers through at one version', async () => {
    const replica = await test.replica();
    await test.engine.settings.put('race', 0);
    const writes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? replica : test.engine).settings.put('race', index, 1)),
    );
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await test.engine.settings.get('race')).toMatchObject({ version: 2 });
  });

  it('counts every one of concurrent writes', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => test.engine.settings.put('counted', index)));
    expect(await test.engine.settings.get('counted')).toMatchObject({ version: 20 });
  });

  it('says whether there was something to delete', async () => {
    expect(await test.engine.settings.delete('absent')).toBe(false);
    await test.engine.settings.put('present', 1);
    expect(await test.engine.settings.delete('present')).toBe(true);
    expect(await test.engine.settings.put('present', 2)).toMatchObject({ version: 1 });
  });

  it('refuses a value that is too large or has no JSON form', async () => {
    const { settings } = test.engine;
    await settings.put('large', 'x'.repeat(250_000));
    await expect(settings.put('larger', 'x'.repeat(262_144))).rejects.toMatchObject({ code: 'too_large' });
    await expect(settings.put('nothing', undefined)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  describe('changes', () => {
    it('are everything from revision 0, and then what was written and deleted since', async () => {
      const { settings } = test.engine;
      expect(await settings.changesSince(0)).toEqual({ revision: 0, documents: [], deleted: [] });
      await settings.put('a', 1);
      await settings.put('b', 1);
      const first = await settings.changesSince(0);
      expect(first.documents.map(({ key }) => key)).toEqual(['a', 'b']);
      expect(await settings.changesSince(first.revision)).toEqual({
        revision: first.revision,
        documents: [],
        deleted: [],
      });

      await settings.put('b', 2);
      await settings.put('c', 1);
      await settings.delete('a');
      await settings.delete('c');
      const second = await settings.changesSince(first.revision);
      expect(second.documents).toMatchObject([{ key: 'b', value: 2, version: 2 }]);
      expect(second.deleted).toEqual(['a', 'c']);
      expect(second.revision).toBeGreaterThan(first.revision);
    });

    it('do not call a document deleted that was written again', async () => {
      const { settings } = test.engine;
      await settings.put('phoenix', 1);
      const { revision } = await settings.changesSince(0);
      await settings.delete('phoenix');
      await settings.put('phoenix', 2);
      const changes = await settings.changesSince(revision);
      expect(changes.deleted).toEqual([]);
      expect(changes.documents).toMatchObject([{ key: 'phoenix', value: 2 }]);
    });

    it('start over for a replica that knows a later revision than the engine', async () => {
      const { settings } = test.engine;
      await settings.put('restored', 1);
      const changes = await settings.changesSince(1_000_000);
      expect(changes.documents).toMatchObject([{ key: 'restored' }]);
      expect(changes.revision).toBeLessThan(1_000_000);
    });

    it('reach every replica', async () => {
      const replica = await test.replica();
      const { revision } = await replica.settings.changesSince(0);
      await test.engine.settings.put('shared', true);
      expect((await replica.settings.changesSince(revision)).documents).toMatchObject([{ key: 'shared', value: true }]);
    });
  });
}
