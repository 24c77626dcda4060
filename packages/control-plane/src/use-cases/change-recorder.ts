import type { AuditEntry, AuditLog } from '@drover/core';

/** Where every mutation over the API is written down, whether it succeeded or not. */
export interface ChangeRecorder {
  record(entry: AuditEntry): Promise<void>;
}

export function createChangeRecorder(audit: Pick<AuditLog, 'append'>): ChangeRecorder {
  return { record: (entry) => audit.append([entry]) };
}
