import { beforeEach, expect, it, vi } from 'vitest';
import { MemorySettings } from '../http/testing/memory-stores.js';
import { SettingsCache } from './settings-cache.js';

let settings: MemorySettings;
let cache: SettingsCache;
beforeEach(async () => {
  settings = new MemorySettings();
  await settings.put('a/1', 'one');
  cache = new SettingsCache({ settings });
  await cache.refresh();
});

it('holds what there is, and what changes after a look', async () => {
  expect(cache.get('a/1')?.value).toBe('one');
  await settings.put('a/2', 'two');
  await settings.delete('a/1');
  expect(cache.list('a/').map(({ key }) => key)).toEqual(['a/1']);
  await cache.refresh();
  expect(cache.list('a/').map(({ key }) => key)).toEqual(['a/2']);
});

it('shows its own write at once, also when an older look comes back after it', async () => {
  const { changesSince } = settings;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.spyOn(settings, 'changesSince').mockImplementationOnce(async (revision) => {
    const before = await changesSince.call(settings, revision);
    await held;
    return before;
  });
  await settings.put('a/1', 'theirs');
  const looking = cache.refresh();
  await cache.put('a/1', 'ours');
  release();
  await looking;
  expect(cache.get('a/1')?.value).toBe('ours');
});

it('takes a document that was deleted and made anew, though its version starts again', async () => {
  await settings.put('a/1', 'second');
  await cache.refresh();
  await settings.delete('a/1');
  await settings.put('a/1', 'anew');
  await cache.refresh();
  expect(cache.get('a/1')).toMatchObject({ value: 'anew', version: 1 });
});

it('keeps what it had while the engine is away, says so once, and catches up', async () => {
  vi.useFakeTimers();
  const onFailure = vi.fn();
  const watched = new SettingsCache({ settings, onFailure });
  await watched.start();
  settings.failure = new Error('away');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onFailure).toHaveBeenCalledTimes(1);
  expect(watched.get('a/1')?.value).toBe('one');
  settings.failure = null;
  await settings.put('a/1', 'back');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(watched.get('a/1')?.value).toBe('back');
  watched.stop();
  const { calls } = settings;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(settings.calls).toBe(calls);
  vi.useRealTimers();
});

it('tells its listeners of changes, and only of changes', async () => {
  const listener = vi.fn();
  cache.subscribe(listener);
  await cache.refresh();
  expect(listener).not.toHaveBeenCalled();
  await settings.put('a/1', 'new');
  await cache.refresh();
  expect(listener).toHaveBeenCalledTimes(1);
});
