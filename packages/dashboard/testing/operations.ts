import type { OperationSummary } from '@drover/contract';
import { at } from './queues';

let made = 0;

/** An operation on one queue that did all it had to, asked for at that second. */
export function operation(
  kind: OperationSummary['kind'],
  second = 0,
  changes: Partial<OperationSummary> = {},
): OperationSummary {
  made += 1;
  return {
    id: `op-${made}`,
    kind,
    state: 'done',
    dryRun: false,
    options: {},
    ...{ queueCount: 1, total: 214, done: 214, failed: 0 },
    requestedBy: 'user:ada',
    requestedAt: at(second),
    until: at(second),
    startedAt: at(second),
    finishedAt: at(second + 5),
    ...changes,
  };
}
