import {
  encodeName,
  type Fence,
  type RecordChange,
  type RecordQuery,
  type RecordStore,
  type StoredRecord,
} from '@drover/core';
import { checkText, type PreparedChange, prepareChanges, recordConflict, recordOf } from '../record-changes.js';
import { fenceCheck } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

/** Keeps a script call short, whatever the caller asks for. */
const RECORDS_PER_READ = 100;
const RECORDS_PER_PRUNE = 200;
const ARGS_PER_CHANGE = 6;

/**
 * Three keys make a collection: `base`, a hash from id to "version atMs =subject json" (the
 * subject percent-encoded, so it holds no space); `base:at` and `base:of:<subject>`, sorted
 * sets of ids by instant. Only `base` is in KEYS: a record's former subject is known after
 * reading it. On a cluster the prefix is a hash tag, so all of them lie in one slot.
 */
const RECORD_HEAD = `'^(%d+) (%d+) =(%S*) '`;

/**
 * KEYS: the lease, then each change's base. ARGV: epoch or "", then per change its kind, id,
 * expected version or "", subject, atMs, json. Checks all before it writes any.
 */
const writeScript = new RedisScript(`
if ARGV[1] ~= '' then ${fenceCheck('KEYS[1]', 'ARGV[1]')} end
local call = redis.call
local versions, subjects = {}, {}
for index = 2, #KEYS do
  local at = (index - 2) * ${ARGS_PER_CHANGE} + 2
  local current = call('HGET', KEYS[index], ARGV[at + 1])
  local version, subject = '0', nil
  if current then
    local _
    version, _, subject = string.match(current, ${RECORD_HEAD})
  end
  if ARGV[at + 2] ~= '' and tonumber(ARGV[at + 2]) ~= tonumber(version) then return { 0, index - 2, current } end
  versions[index], subjects[index] = tonumber(version), subject or false
end
local written = {}
for index = 2, #KEYS do
  local at = (index - 2) * ${ARGS_PER_CHANGE} + 2
  local base, id, subject, atMs = KEYS[index], ARGV[at + 1], ARGV[at + 3], ARGV[at + 4]
  local former = subjects[index]
  if ARGV[at] == 'put' then
    local version = versions[index] + 1
    call('HSET', base, id, string.format('%d %s =%s ', version, atMs, subject) .. ARGV[at + 5])
    call('ZADD', base .. ':at', atMs, id)
    if former and former ~= subject then call('ZREM', base .. ':of:' .. former, id) end
    call('ZADD', base .. ':of:' .. subject, atMs, id)
    written[index - 1] = version
  else
    if former then
      call('HDEL', base, id)
      call('ZREM', base .. ':at', id)
      call('ZREM', base .. ':of:' .. former, id)
    end
    written[index - 1] = 0
  end
end
return { 1, written }
`);

/**
 * KEYS: base, order. ARGV: most, sinceMs or "", untilMs or "", then atMs and id to start
 * before, or "". By ranks, so it costs no more the deeper the page lies or the more records
 * share an instant. A record to start before that is no longer there is stood in for by one
 * that sorts as it did: no id holds a NUL.
 */
const queryScript = new RedisScript(`
local call = redis.call
local order, first = KEYS[2], 0
if ARGV[3] ~= '' then first = call('ZCOUNT', order, ARGV[3], '+inf') end
if ARGV[4] ~= '' then
  local rank
  local score = call('ZSCORE', order, ARGV[5])
  if score and tonumber(score) == tonumber(ARGV[4]) then
    rank = call('ZREVRANK', order, ARGV[5]) + 1
  else
    local standIn = ARGV[5] .. '\\0'
    call('ZADD', order, ARGV[4], standIn)
    rank = call('ZREVRANK', order, standIn)
    call('ZREM', order, standIn)
  end
  first = math.max(first, rank)
end
local last = first + tonumber(ARGV[1]) - 1
if ARGV[2] ~= '' then last = math.min(last, call('ZCOUNT', order, ARGV[2], '+inf') - 1) end
if last < first then return {} end
local ids = call('ZREVRANGE', order, first, last)
if #ids == 0 then return {} end
return { ids, call('HMGET', KEYS[1], unpack(ids)) }
`);

/** KEYS: base. ARGV: atMs to delete before, most. */
const pruneScript = new RedisScript(`
local call, base = redis.call, KEYS[1]
local ids = call('ZRANGEBYSCORE', base .. ':at', '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do
  local _, _, subject = string.match(call('HGET', base, id) or '', ${RECORD_HEAD})
  if subject then call('ZREM', base .. ':of:' .. subject, id) end
  call('HDEL', base, id)
  call('ZREM', base .. ':at', id)
end
return #ids
`);

export class RedisRecordStore implements RecordStore {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;

  constructor(link: RedisLink, keys: StateKeys) {
    this.link = link;
    this.keys = keys;
  }

  async write(changes: readonly RecordChange[], fence?: Fence): Promise<readonly (StoredRecord | null)[]> {
    const prepared = prepareChanges(changes);
    if (prepared.length === 0) return [];
    const bases = prepared.map(({ collection }) => this.keys.records(collection));
    const reply = await this.link.script(
      writeScript,
      // Without a fence the first key only says on which node of a cluster the others are.
      [fence === undefined ? (bases[0] ?? '') : this.keys.lease(fence.name), ...bases],
      [fence?.epoch ?? '', ...prepared.flatMap(toArguments)],
    );
    const [done, particulars, current] = asArray(reply);
    if (done !== 1) throw this.conflict(prepared[Number(particulars)], current);
    const versions = asArray(particulars);
    return prepared.map((change, index) => (change.kind === 'put' ? recordOf(change, Number(versions[index])) : null));
  }

  async get(collection: string, id: string): Promise<StoredRecord | null> {
    checkText('collection', collection);
    checkText('id', id);
    const stored = await this.link.run((client) => client.hget(this.keys.records(collection), id));
    return stored === null ? null : parseRecord(id, stored);
  }

  async query(collection: string, query: RecordQuery): Promise<readonly StoredRecord[]> {
    const keys = [this.keys.records(collection), this.orderKey(collection, query.subject)];
    const found: StoredRecord[] = [];
    let { before } = query;
    while (found.length < query.limit) {
      const most = Math.min(RECORDS_PER_READ, query.limit - found.length);
      const range = [query.sinceMs ?? '', query.untilMs ?? '', before?.atMs ?? '', before?.id ?? ''];
      const [ids, values] = asArray(await this.link.script(queryScript, keys, [most, ...range]));
      if (ids === undefined) break;
      const page = asArray(ids).map((id, index) => parseRecord(String(id), String(asArray(values)[index])));
      found.push(...page);
      before = page.at(-1);
      if (page.length < most) break;
    }
    return found;
  }

  async count(
    collection: string,
    { subject, sinceMs, untilMs }: Pick<RecordQuery, 'subject' | 'sinceMs' | 'untilMs'> = {},
  ): Promise<number> {
    const key = this.orderKey(collection, subject);
    const until = untilMs === undefined ? '+inf' : `(${untilMs}`;
    return this.link.run((client) => client.zcount(key, sinceMs ?? '-inf', until));
  }

  async prune(collection: string, olderThanMs: number): Promise<number> {
    checkText('collection', collection);
    let total = 0;
    for (;;) {
      const args = [Math.ceil(olderThanMs), RECORDS_PER_PRUNE];
      const gone = Number(await this.link.script(pruneScript, [this.keys.records(collection)], args));
      total += gone;
      if (gone < RECORDS_PER_PRUNE) return total;
    }
  }

  private orderKey(collection: string, subject: string | undefined): string {
    checkText('collection', collection);
    const base = this.keys.records(collection);
    if (subject === undefined) return `${base}:at`;
    checkText('subject', subject);
    return `${base}:of:${encodeName(subject)}`;
  }

  private conflict(change: PreparedChange | undefined, current: unknown): Error {
    if (change === undefined) return new Error('a write of records was refused without saying which');
    return recordConflict(change, typeof current === 'string' ? parseRecord(change.id, current) : null);
  }
}

function toArguments(change: PreparedChange): (string | number)[] {
  const head = [change.kind, change.id, change.expectedVersion ?? ''];
  if (change.kind === 'delete') return [...head, '', '', ''];
  return [...head, encodeName(change.subject), change.atMs, change.text];
}

function parseRecord(id: string, stored: string): StoredRecord {
  const [, version = '0', atMs = '0', subject = '', json = 'null'] = /^(\d+) (\d+) =(\S*) (.*)$/s.exec(stored) ?? [];
  return {
    id,
    subject: decodeURIComponent(subject),
    atMs: Number(atMs),
    version: Number(version),
    value: JSON.parse(json) as unknown,
  };
}
