import { describe, expect, it, vi } from 'vitest';
import { WorkerSettings } from './worker-settings.js';

describe('WorkerSettings', () => {
  it('knows nothing before the first look, and says when it came', async () => {
    const settings = new WorkerSettings();
    expect(settings.get('timeouts')).toBeUndefined();
    settings.apply({});
    await expect(settings.loaded).resolves.toBeUndefined();
  });

  it('calls back when a document appears, changes or goes, and only then', () => {
    const settings = new WorkerSettings();
    const changed = vi.fn();
    settings.subscribe(changed);
    settings.apply({ timeouts: '{"default":1}' });
    expect(settings.get('timeouts')).toEqual({ default: 1 });
    settings.apply({ timeouts: '{"default":1}' });
    expect(changed).toHaveBeenCalledTimes(1);
    settings.apply({ timeouts: '{"default":2}' });
    expect(settings.get('timeouts')).toEqual({ default: 2 });
    settings.apply({});
    expect(settings.get('timeouts')).toBeUndefined();
    expect(changed).toHaveBeenCalledTimes(3);
  });

  it('gives the same object until the document changes, so that readers may remember what they parsed', () => {
    const settings = new WorkerSettings();
    settings.apply({ limiters: '{"a":1}', memory: '{}' });
    const before = settings.get('limiters');
    settings.apply({ limiters: '{"a":1}', memory: '{"x":1}' });
    expect(settings.get('limiters')).toBe(before);
  });

  it('keeps a document that was overwritten with something damaged', () => {
    const settings = new WorkerSettings();
    settings.apply({ memory: '{"softLimitMB":300}' });
    const changed = vi.fn();
    settings.subscribe(changed);
    settings.apply({ memory: '{"softLi' });
    expect(settings.get('memory')).toEqual({ softLimitMB: 300 });
    expect(changed).not.toHaveBeenCalled();
    settings.apply({ memory: '{"softLimitMB":200}' });
    expect(settings.get('memory')).toEqual({ softLimitMB: 200 });
  });

  it('no longer calls a listener that ended its subscription', () => {
    const settings = new WorkerSettings();
    const changed = vi.fn();
    settings.subscribe(changed)();
    settings.apply({ memory: '{}' });
    expect(changed).not.toHaveBeenCalled();
  });
});
