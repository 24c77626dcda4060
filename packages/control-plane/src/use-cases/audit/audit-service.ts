import type { AuditEntryReply, AuditReply } from '@drover/contract';
import { type AuditLog, type AuditQuery, Fault, isFault, type StoredAuditEntry } from '@drover/core';
import { type AuditFormat, auditFormats } from './audit-formats.js';
import type { AuditTrail } from './audit-trail.js';

export type AuditFilter = Omit<AuditQuery, 'limit' | 'beforeId'>;

export interface AuditService {
  /** Where entries are written. */
  readonly trail: AuditTrail;
  page(filter: AuditFilter, limit: number, cursor?: string): Promise<AuditReply>;
  /**
   * The entries of a filter as a file, newest first, a piece at a time as the reader takes
   * it. Resolves with the first piece read, so that an engine that is away is a fault and
   * not a broken file. Entries written meanwhile are not in it.
   */
  export(filter: AuditFilter, format: AuditFormat): Promise<ReadableStream<Uint8Array>>;
}

export interface AuditServiceDependencies {
  readonly trail: AuditTrail;
  readonly log: Pick<AuditLog, 'query'>;
}

const ENTRIES_PER_PIECE = 500;

export function createAuditService({ trail, log }: AuditServiceDependencies): AuditService {
  return {
    trail,

    async page(filter, limit, cursor) {
      // What this process still holds back, such as the caller's own last change.
      await trail.caughtUp();
      const { entries, nextBeforeId } = await readPage(log, { ...filter, limit }, cursor);
      return { entries: entries.map(toReply), ...(nextBeforeId !== null && { nextCursor: nextBeforeId }) };
    },

    async export(filter, format) {
      await trail.caughtUp();
      const { head, line } = auditFormats[format];
      const encoder = new TextEncoder();
      const read = (beforeId?: string) => readPage(log, { ...filter, limit: ENTRIES_PER_PIECE }, beforeId);
      const encode = (entries: readonly StoredAuditEntry[]) => encoder.encode(entries.map(toReply).map(line).join(''));
      let page = await read();
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            controller.enqueue(encoder.encode(head));
            controller.enqueue(encode(page.entries));
          },
          async pull(controller) {
            // An empty piece would end the reader's wait for nothing: a rare match lies many pages away.
            while (page.nextBeforeId !== null) {
              page = await read(page.nextBeforeId);
              if (page.entries.length === 0) continue;
              controller.enqueue(encode(page.entries));
              return;
            }
            controller.close();
          },
        },
        { highWaterMark: 1 },
      );
    },
  };
}

async function readPage(log: Pick<AuditLog, 'query'>, query: AuditQuery, cursor: string | undefined) {
  try {
    return await log.query({ ...query, ...(cursor !== undefined && { beforeId: cursor }) });
  } catch (error) {
    if (!isFault(error, 'invalid_input')) throw error;
    const message = 'is no cursor of this audit log';
    throw new Fault('invalid_input', `cursor: ${message}`, {
      details: { fields: [{ in: 'query', path: 'cursor', message }] },
    });
  }
}

function toReply({ atMs, ...entry }: StoredAuditEntry): AuditEntryReply {
  const { id, actor, role, from, action, target, result, details = null } = entry;
  return { id, at: new Date(atMs), actor, role, from, action, target, result, details };
}
