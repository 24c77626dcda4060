import type { JobDetail, JobTimelineEntry, JobTreeNode, QueueTimeout } from '@drover/contract';
import { formatDurationLimit } from './format.js';
import { timeoutMode } from './timeouts.js';

export interface JobStep {
  readonly words: string;
  /** What went wrong in it. */
  readonly error?: string;
  readonly worker?: string;
  /** Undefined where BullMQ keeps no time. */
  readonly at: Date | undefined;
  /** Since the step before that has a time (ms); undefined for the first. */
  readonly afterMs: number | undefined;
  readonly tone: 'critical' | 'good' | 'neutral';
}

/** What happened to a job, step by step. */
export function jobSteps({ timeline }: Pick<JobDetail, 'timeline'>): JobStep[] {
  let before: Date | undefined;
  return timeline.map((entry) => {
    const { at, error, worker } = entry;
    const afterMs = at && before ? Math.max(0, at.getTime() - before.getTime()) : undefined;
    before = at ?? before;
    return {
      words: stepWords(entry),
      at,
      afterMs,
      tone:
        entry.kind === 'completed' ? 'good' : error !== undefined || entry.kind === 'failed' ? 'critical' : 'neutral',
      ...(error !== undefined && { error }),
      ...(worker !== undefined && { worker }),
    };
  });
}

function stepWords({ kind, attempt }: JobTimelineEntry): string {
  switch (kind) {
    case 'added':
      return 'Added';
    case 'due':
      return 'Due';
    case 'started':
      return attempt === undefined ? 'Started' : `Attempt ${attempt} started`;
    case 'attempt-failed':
      return attempt === undefined ? 'An attempt failed' : `Attempt ${attempt} failed`;
    case 'completed':
      return 'Completed';
    case 'failed':
      return 'Failed for good';
  }
}

export interface Deadline {
  readonly at: Date;
  readonly words: string;
}

/** When the running attempt is ended; undefined where nothing ends it. */
export function deadlineOf(
  { state, startedAt, name }: Pick<JobDetail, 'state' | 'startedAt' | 'name'>,
  timeout: QueueTimeout | undefined,
): Deadline | undefined {
  if (state !== 'active' || startedAt === undefined || timeout === undefined) return undefined;
  const mode = timeoutMode(timeout);
  if (mode === 'off') return undefined;
  const limitMs = timeout.effective?.[name] ?? timeout.timeout;
  return {
    at: new Date(startedAt.getTime() + limitMs),
    words: `timeout ${formatDurationLimit(limitMs)}${mode === 'shadow' ? ', only counted' : ''}`,
  };
}

export interface TreeBranch {
  readonly node: JobTreeNode;
  readonly children: readonly TreeBranch[];
}

/** The flow as a tree; a node whose parent comes later, or is none, is left out. */
export function treeOf(nodes: readonly JobTreeNode[]): TreeBranch | undefined {
  const branches: { node: JobTreeNode; children: TreeBranch[] }[] = [];
  for (const node of nodes) {
    const branch = { node, children: [] };
    branches.push(branch);
    if (node.parent !== undefined && node.parent < branches.length - 1) branches[node.parent]?.children.push(branch);
  }
  return branches[0];
}
