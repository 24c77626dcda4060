import { readStoredDocument, type SettingsChanges, type SettingsDocument, type SettingsStore } from '@drover/core';
import { encodeJsonValue } from '../json-value.js';
import { byKey, changesLost, MAX_TOMBSTONES, settingsConflict } from '../settings-value.js';
import { NOW_MS } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

/**
 * KEYS of every script: documents (hash: key -> "version updatedAtMs json"), revision
 * counter, log (sorted set: key by its last revision), tombstones (the same for deleted keys).
 */
const putScript = new RedisScript(`${NOW_MS}
local current = redis.call('HGET', KEYS[1], ARGV[1])
local version = current and tonumber(string.match(current, '^%d+')) or 0
if ARGV[3] ~= '' and tonumber(ARGV[3]) ~= version then return { 0, current } end
local stored = string.format('%d %.0f ', version + 1, nowMs) .. ARGV[2]
local revision = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], ARGV[1], stored)
redis.call('ZADD', KEYS[3], revision, ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
return { 1, stored }
`);

const deleteScript = new RedisScript(`
local current = redis.call('HGET', KEYS[1], ARGV[1])
local version = current and tonumber(string.match(current, '^%d+')) or 0
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= version then return { 0, current } end
if not current then return { 2 } end
local revision = redis.call('INCR', KEYS[2])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], revision, ARGV[1])
local surplus = redis.call('ZCARD', KEYS[4]) - tonumber(ARGV[3])
if surplus > 0 then
  local last = redis.call('ZRANGE', KEYS[4], surplus - 1, surplus - 1, 'WITHSCORES')
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, surplus - 1)
  redis.call('HSET', KEYS[5], 'lostUpTo', last[2])
end
return { 1 }
`);

/** A caller at a revision that the engine never gave (it lost its data) reads everything. */
const changesScript = new RedisScript(`
local revision = tonumber(redis.call('GET', KEYS[2]) or '0')
local since = tonumber(ARGV[1])
if since == revision then return { revision, {}, {} } end
if since > revision then since = 0 end
local lostUpTo = tonumber(redis.call('HGET', KEYS[5], 'lostUpTo') or '0')
if since > 0 and since < lostUpTo then return false end
local from = '(' .. ARGV[1]
if since == 0 then from = '-inf' end
local documents = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], from, '+inf')) do
  documents[#documents + 1] = { key, redis.call('HGET', KEYS[1], key) }
end
local deleted = {}
if since > 0 then deleted = redis.call('ZRANGEBYSCORE', KEYS[4], from, '+inf') end
return { revision, documents, deleted }
`);

export class RedisSettingsStore implements SettingsStore {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;

  constructor(link: RedisLink, keys: StateKeys) {
    this.link = link;
    this.keys = keys;
  }

  async get(key: string): Promise<SettingsDocument | null> {
    const stored = await this.link.run((client) => client.hget(this.keys.settings, key));
    return stored === null ? null : parseDocument(key, stored);
  }

  async list(prefix: string): Promise<readonly SettingsDocument[]> {
    const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`;
    const found = new Map<string, SettingsDocument>();
    let cursor = '0';
    do {
      const [next, entries] = await this.link.run((client) =>
        client.hscan(this.keys.settings, cursor, 'MATCH', pattern, 'COUNT', 500),
      );
      // HSCAN may show an entry twice.
      for (let index = 0; index + 1 < entries.length; index += 2) {
        const key = entries[index] ?? '';
        found.set(key, parseDocument(key, entries[index + 1] ?? ''));
      }
      cursor = next;
    } while (cursor !== '0');
    return [...found.values()].sort(byKey);
  }

  async put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument> {
    const args = [key, encodeJsonValue(`The settings document ${key}`, value), expectedVersion ?? ''];
    const [written, stored] = asArray(await this.link.script(putScript, this.allKeys(), args));
    const document = stored === null || stored === undefined ? null : parseDocument(key, String(stored));
    if (written !== 1 || document === null) throw settingsConflict(key, expectedVersion ?? 0, document);
    return document;
  }

  async delete(key: string, expectedVersion?: number): Promise<boolean> {
    const args = [key, expectedVersion ?? '', MAX_TOMBSTONES];
    const [outcome, stored] = asArray(await this.link.script(deleteScript, this.allKeys(), args));
    if (outcome !== 0) return outcome === 1;
    const current = stored === null || stored === undefined ? null : parseDocument(key, String(stored));
    throw settingsConflict(key, expectedVersion ?? 0, current);
  }

  async changesSince(revision: number): Promise<SettingsChanges> {
    const reply = await this.link.script(changesScript, this.allKeys(), [revision]);
    if (reply === null) throw changesLost(revision);
    const [current, documents, deleted] = asArray(reply);
    return {
      revision: Number(current),
      documents: (documents as [string, string][]).map(([key, stored]) => parseDocument(key, stored)).sort(byKey),
      deleted: [...(deleted as string[])].sort(),
    };
  }

  private allKeys(): string[] {
    const { settings, settingsRevision, settingsLog, settingsTombstones, settingsState } = this.keys;
    return [settings, settingsRevision, settingsLog, settingsTombstones, settingsState];
  }
}

function parseDocument(key: string, stored: string): SettingsDocument {
  const { version, updatedAtMs, json } = readStoredDocument(stored) ?? { version: 0, updatedAtMs: 0, json: 'null' };
  return { key, value: JSON.parse(json) as unknown, version, updatedAtMs };
}
