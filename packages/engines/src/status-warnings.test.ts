import { Fault } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { refuseSkew } from './postgres/engine.js';
import { postgresWarnings } from './postgres/status.js';
import { parseInfo, redisWarnings } from './redis/status.js';

describe('warnings about Redis', () => {
  const sound = 'redis_version:7.2.4\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n';
  const about = (info: string, save: string | null = '', skewMs = 0) => redisWarnings(parseInfo(info), save, skewMs);

  it('are none when all is well', () => {
    expect(about(sound)).toEqual([]);
    expect(about(sound.replace('aof_enabled:1', 'aof_enabled:0'), '3600 1')).toEqual([]);
    expect(about(sound.replace('aof_enabled:1', 'aof_enabled:0'), null)).toEqual([]);
  });

  it.each([
    [sound.replace('noeviction', 'allkeys-lru'), 0, 'maxmemory-policy'],
    [sound.replace('aof_enabled:1', 'aof_enabled:0'), 0, 'on disk'],
    [sound.replace('7.2.4', '6.0.16'), 0, '6.2'],
    [sound, -1500, 'clock'],
  ])('name what to change', (info, skewMs, word) => {
    expect(about(info, '', skewMs)).toEqual([expect.stringContaining(word)]);
  });
});

describe('warnings about PostgreSQL', () => {
  const sound = { synchronousCommit: 'on', connections: 10, maxConnections: 100 };

  it('are none when all is well', () => {
    expect(postgresWarnings(sound, 200)).toEqual([]);
  });

  it.each([
    [{ ...sound, synchronousCommit: 'off' }, 0, 'synchronous_commit'],
    [{ ...sound, connections: 85 }, 0, '85 of 100'],
    [sound, 1500, 'clock'],
  ])('name what to change', (row, skewMs, word) => {
    expect(postgresWarnings(row, skewMs)).toEqual([expect.stringContaining(word)]);
  });

  it('become a refusal when the clocks are more than five seconds apart', () => {
    expect(() => refuseSkew(4900, 'here')).not.toThrow();
    expect(() => refuseSkew(-5100, 'here')).toThrow(Fault);
  });
});
