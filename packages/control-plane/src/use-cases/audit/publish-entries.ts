import type { AuditEntry } from '@drover/core';
import type { LiveTopics } from '../live-topics.js';

/** Tells of entries that were written, without their particulars: whoever wants those reads the log. */
export function publishEntries(topics: LiveTopics, entries: readonly AuditEntry[]): void {
  for (const { atMs, details: _, ...entry } of entries) {
    topics.publish('audit', { type: 'audit.recorded', at: new Date(atMs).toISOString(), ...entry });
  }
}
