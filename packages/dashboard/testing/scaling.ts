import type { ScalingHistoryEntry, ScalingPolicy } from '@drover/contract';
import { at } from './queues';

export const policy: ScalingPolicy = {
  queueName: 'mail',
  minWorkers: 1,
  maxWorkers: 8,
  scaleUpThreshold: { queueDepth: 250, queueLatencyMs: 30_000 },
  scaleDownThreshold: { queueDepth: 20 },
  cooldownSeconds: { scaleUp: 0, scaleDown: 60 },
  objective: { waitMs: 1_500 },
  mode: 'auto',
  version: 7,
};

export function decided(changes: Partial<ScalingHistoryEntry> = {}): ScalingHistoryEntry {
  const figures = {
    queueDepth: 40,
    queueLatencyMs: 900,
    activeJobs: 2,
    completedRate: 60,
    errorRate: 0,
    currentWorkers: 2,
  };
  return {
    action: 'scale_up',
    targetWorkers: 3,
    currentWorkers: 2,
    reason: 'The oldest waits too long.',
    metrics: { queueName: 'mail', ...figures, timestamp: at(0) },
    executedAt: at(0),
    executed: true,
    ...changes,
  };
}
