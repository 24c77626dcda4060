import type { AuditEntry, AuditLog, AuditPage, AuditQuery, StoredAuditEntry } from '@drover/core';
import { Fault } from '@drover/core';
import { MAX_AUDIT_ENTRIES } from '../audit-bound.js';
import type { RedisLink } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

const PAGE = 200;
/** A filter that matches nothing must not read years of log. */
const ENTRIES_PER_QUERY = 20_000;
const MS_DIGITS = 15;
const SEQ_DIGITS = 10;

/** A stream: ids grow as entries are written, whatever the callers' clocks say. */
export class RedisAuditLog implements AuditLog {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;
  private readonly maxEntries: number;

  constructor(link: RedisLink, keys: StateKeys, maxEntries = MAX_AUDIT_ENTRIES) {
    this.link = link;
    this.keys = keys;
    this.maxEntries = maxEntries;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.link.run(async (client) => {
      const pipeline = client.pipeline();
      for (const entry of entries) {
        // Roughly the most: to the entry, Redis would have to rewrite a node of the stream each time.
        pipeline.xadd(this.keys.audit, 'MAXLEN', '~', this.maxEntries, '*', 'entry', JSON.stringify(entry));
      }
      const results = (await pipeline.exec()) ?? [];
      for (const [error] of results) if (error) throw error;
    });
  }

  async query(query: AuditQuery): Promise<AuditPage> {
    const found: StoredAuditEntry[] = [];
    let newest = query.beforeId === undefined ? '+' : `(${toStreamId(query.beforeId)}`;
    let nextBeforeId: string | null = null;
    for (let read = 0; read < ENTRIES_PER_QUERY; read += PAGE) {
      const page = await this.link.run((client) => client.xrevrange(this.keys.audit, newest, '-', 'COUNT', PAGE));
      for (const [streamId, fields] of page) {
        const id = fromStreamId(streamId);
        const entry = { ...(JSON.parse(fields[1] ?? '{}') as AuditEntry), id };
        if (matches(entry, query)) found.push(entry);
        if (found.length === query.limit) return { entries: found, nextBeforeId: id };
        nextBeforeId = id;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return { entries: found, nextBeforeId: null };
      newest = `(${last[0]}`;
    }
    return { entries: found, nextBeforeId };
  }

  async prune(olderThanMs: number): Promise<void> {
    for (;;) {
      const page = await this.link.run((client) => client.xrange(this.keys.audit, '-', '+', 'COUNT', PAGE));
      const old = page.filter(([, fields]) => (JSON.parse(fields[1] ?? '{}') as AuditEntry).atMs < olderThanMs);
      if (old.length === 0) return;
      await this.link.run((client) => client.xdel(this.keys.audit, ...old.map(([streamId]) => streamId)));
      if (old.length < page.length) return;
    }
  }
}

function matches(entry: AuditEntry, query: AuditQuery): boolean {
  return (
    (query.sinceMs === undefined || entry.atMs >= query.sinceMs) &&
    (query.untilMs === undefined || entry.atMs < query.untilMs) &&
    (query.actor === undefined || entry.actor === query.actor) &&
    (query.action === undefined || entry.action === query.action) &&
    (query.target === undefined || entry.target === query.target) &&
    (query.result === undefined || entry.result === query.result)
  );
}

/** Padded, so that ids sort as text. */
function fromStreamId(streamId: string): string {
  const [ms = '', seq = ''] = streamId.split('-');
  return `${ms.padStart(MS_DIGITS, '0')}-${seq.padStart(SEQ_DIGITS, '0')}`;
}

function toStreamId(id: string): string {
  const [, ms, seq] = /^(\d+)-(\d+)$/.exec(id) ?? [];
  if (ms === undefined || seq === undefined) throw new Fault('invalid_input', 'beforeId is no id of an audit entry.');
  return `${Number(ms)}-${Number(seq)}`;
}
