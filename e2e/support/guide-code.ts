import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The integration guide lies beside the repository, or where `DROVER_GUIDE` says. */
const path =
  process.env.DROVER_GUIDE ?? fileURLToPath(new URL('../../../shared/guide/integration-guide.md', import.meta.url));

/** Null where there is none: the tests of its code are skipped there. */
export const guide = existsSync(path) ? readFileSync(path, 'utf8') : null;

/** Types that a file of the guide uses and does not import. The whole of what is changed about its code. */
const missingImports: Readonly<Record<string, readonly string[]>> = {
  'lib/api/queue-system-client.ts': [
    'AcknowledgeAlertResponse',
    'Alert',
    'AlertSeverity',
    'CleanQueueRequest',
    'CleanQueueResponse',
    'CurrentMemoryResponse',
    'DashboardSummaryResponse',
    'ExecutionStatsResponse',
    'MemoryConfiguration',
    'QueueControlResponse',
    'QueueHealthStatus',
    'QueueMetricsResponse',
    'QueueSystemHealthResponse',
    'RateLimitConfiguration',
    'RateLimitStatusResponse',
    'RecycleWorkerRequest',
    'RecycleWorkerResponse',
    'RetryFailedJobsResponse',
    'ScalingDecision',
    'ScalingHistoryResponse',
    'ScalingPolicy',
    'TimeoutConfiguration',
    'UpdateScalingPolicyRequest',
    'UpdateScalingPolicyResponse',
    'UpdateTimeoutRequest',
    'UpdateTimeoutResponse',
    'WorkerMemorySummary',
  ],
  'hooks/use-queue-system.ts': [
    'AlertSeverity',
    'CleanQueueRequest',
    'RecycleWorkerRequest',
    'UpdateScalingPolicyRequest',
  ],
};

/**
 * Writes the guide's own types, client and hooks (sections 1 to 3) as files of a project, where
 * the guide says that they lie. Answers with their names.
 */
export function writeGuideCode(markdown: string, folder: string): readonly string[] {
  const files = {
    'types/queue-system.ts': codeOf(markdown, '## 1. '),
    'lib/api/queue-system-client.ts': codeOf(markdown, '## 2. '),
    'hooks/use-queue-system.ts': codeOf(markdown, '## 3. '),
  };
  for (const [name, code] of Object.entries(files)) {
    const types = missingImports[name] ?? [];
    const patch = types.length > 0 ? `import type { ${types.join(', ')} } from '@/types/queue-system';\n` : '';
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), patch + code);
  }
  return Object.keys(files);
}

/** All TypeScript of one section of the guide, in its order. */
function codeOf(markdown: string, heading: string): string {
  const start = markdown.indexOf(`\n${heading}`);
  const section = markdown.slice(start, markdown.indexOf('\n## ', start + heading.length));
  return [...section.matchAll(/```typescript\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
}
