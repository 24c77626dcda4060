// @vitest-environment jsdom
import type { QueueSystemApiClient } from '@drover/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import * as drover from '../index.js';

const job = { queueName: 'mail', jobId: '7' };
const schedule = { queueName: 'mail', scheduleId: 'nightly' };

type Arguments = readonly unknown[];

/** A hook of a read, what it is called with, and the method of the client with what must reach it. */
const reads: Readonly<Record<string, readonly [given: Arguments, method: string, ...expected: Arguments]>> = {
  useDashboardSummary: [[], 'getDashboardSummary'],
  useSystemHealth: [[], 'getSystemHealth'],
  useSystemStatus: [[], 'getStatus'],
  useQueuesHealth: [[], 'getQueuesHealth'],
  useTrends: [[{ rangeMs: 60_000 }], 'getTrends', { rangeMs: 60_000 }],
  useQueueMetrics: [['mail', { history: true }], 'getQueueMetrics', 'mail', { history: true }],
  useExecutionStats: [['mail'], 'getExecutionStats', 'mail'],
  useActiveAlerts: [[{ severity: 'critical' }], 'getActiveAlerts', { severity: 'critical' }],
  useAlertHistory: [[{ limit: 5 }], 'getAlertHistory', { query: { limit: 5 } }],
  useAlertThresholds: [['mail'], 'getQueueAlertThresholds', { params: { queueName: 'mail' } }],
  useAlertSilences: [[], 'getAlertSilences'],
  useAlertNotifiers: [[], 'getAlertNotifiers'],
  useWorkerMemory: [[], 'getWorkerMemory'],
  useCurrentMemory: [[], 'getCurrentMemory'],
  useMemoryConfig: [[], 'getMemoryConfig'],
  useMemoryHistory: [[{ workerId: 'w1' }], 'getMemoryHistory', { query: { workerId: 'w1' } }],
  useRecycles: [[{ limit: 3 }], 'getRecycles', { query: { limit: 3 } }],
  useScalingPolicies: [[], 'getScalingPolicies'],
  useScalingDecision: [['mail'], 'getScalingDecision', 'mail'],
  useScalingHistory: [['mail', { limit: 9 }], 'getScalingHistory', 'mail', { limit: 9 }],
  useInfiniteScalingHistory: [['mail'], 'getScalingHistory', 'mail', { limit: 50, offset: 0 }],
  useRecentScaling: [[['mail']], 'getScalingHistory', 'mail', { limit: 5 }],
  useRateLimitConfig: [[], 'getRateLimitConfig'],
  useRateLimitStatus: [['maps'], 'getRateLimitStatus', 'maps'],
  useRateLimitStatuses: [[['maps']], 'getRateLimitStatus', 'maps'],
  useRateLimitHistory: [['maps'], 'getRateLimitHistory', { params: { limiterName: 'maps' }, query: {} }],
  useTimeoutConfig: [[], 'getTimeoutConfig'],
  useOperation: [['o1'], 'getOperation', { params: { operationId: 'o1' } }],
  useOperations: [[{ limit: 2 }], 'getOperations', { query: { limit: 2 } }],
  useOperationPages: [[], 'getOperations', { query: {} }],
  useAudit: [[{ actor: 'ada' }], 'getAudit', { query: { actor: 'ada' } }],
  useAccessUsers: [[], 'getUsers'],
  useAccessTokens: [[], 'getTokens'],
  useRoleSwitches: [[], 'getRoleSwitches'],
  useSchedules: [['mail'], 'getSchedules', { query: { queueName: 'mail' } }],
  useSchedule: [['mail', 'nightly'], 'getSchedule', { params: schedule }],
  useRunningJobs: [[{ queueName: 'mail' }], 'getRunningJobs', { query: { queueName: 'mail' } }],
  useJobs: [['mail', { state: 'failed' }], 'getJobs', { params: { queueName: 'mail' }, query: { state: 'failed' } }],
  useFoundJobs: [['7'], 'findJobs', { query: { id: '7' } }],
  useJob: [[job], 'getJob', { params: job, query: { reveal: false } }],
  useJobLogs: [[job, { limit: 5 }], 'getJobLogs', { params: job, query: { limit: 5 } }],
  useJobValue: [[job, { part: 'data' }, { enabled: true }], 'getJobValue', { params: job, query: { part: 'data' } }],
  useJobTree: [[job], 'getJobTree', { params: job }],
  useJobTrash: [['mail'], 'getJobTrash', { query: { queueName: 'mail' } }],
  useJobSchema: [['mail'], 'getJobSchema', { params: { queueName: 'mail' } }],
  useJobSearch: [[{ queueNames: ['mail'] }], 'searchJobs', { body: expect.objectContaining({ queueNames: ['mail'] }) }],
  useFailures: [
    [{ queueNames: ['mail'] }],
    'scanFailures',
    { body: expect.objectContaining({ queueNames: ['mail'] }) },
  ],
  useQuarantine: [['mail'], 'getQuarantine', { query: { queueName: 'mail' } }],
};

/** A hook of a change, what its `mutate` is called with, and the method of the client with what must reach it. */
const changes: Readonly<Record<string, readonly [variables: unknown, method: string, ...expected: Arguments]>> = {
  useAcknowledgeAlert: ['a1', 'acknowledgeAlert', 'a1'],
  useAcknowledgeAlerts: [{ ids: ['a1'] }, 'acknowledgeAlerts', { body: { ids: ['a1'] } }],
  useUpdateAlertThresholds: [
    { queueName: 'mail', body: { depth: 1 }, ifMatch: '3' },
    'updateQueueAlertThresholds',
    { params: { queueName: 'mail' }, body: { depth: 1 } },
    { ifMatch: '3' },
  ],
  useCreateAlertSilence: [{ reason: 'a' }, 'createAlertSilence', { body: { reason: 'a' } }],
  useEndAlertSilence: ['s1', 'deleteAlertSilence', { params: { silenceId: 's1' } }],
  useTestAlertNotifier: ['mail', 'testAlertNotifier', { params: { notifierName: 'mail' } }],
  usePauseQueue: ['mail', 'pauseQueue', 'mail'],
  useResumeQueue: ['mail', 'resumeQueue', 'mail'],
  useCleanQueue: [{ queueName: 'mail', request: { status: 'failed' } }, 'cleanQueue', 'mail', { status: 'failed' }],
  useRetryFailedJobs: [{ queueName: 'mail', limit: 4 }, 'retryFailedJobs', 'mail', 4],
  useStartOperation: [{ kind: 'pause' }, 'startOperation', { body: { kind: 'pause' } }],
  useCancelOperation: ['o1', 'cancelOperation', { params: { operationId: 'o1' } }],
  useRecycleWorker: [{ workerId: 'w1', request: { reason: 'leak' } }, 'recycleWorker', 'w1', { reason: 'leak' }],
  useRecycleWorkers: [{ workerIds: ['w1'], reason: 'a' }, 'recycleWorker', 'w1', { reason: 'a' }],
  useUpdateMemoryConfig: [{ hard: 1, ifMatch: '3' }, 'updateMemoryConfig', { body: { hard: 1 } }, { ifMatch: '3' }],
  useUpdateScalingPolicy: [
    { queueName: 'mail', update: { maxWorkers: 4 }, ifMatch: '3' },
    'updateScalingPolicy',
    'mail',
    { maxWorkers: 4 },
    { ifMatch: '3' },
  ],
  useSetScalingHold: [
    { queueName: 'mail', hold: { workers: 2 } },
    'setScalingHold',
    { params: { queueName: 'mail' }, body: { workers: 2 } },
  ],
  useEndScalingHold: ['mail', 'endScalingHold', { params: { queueName: 'mail' } }],
  useSimulateScaling: [{ queueName: 'mail' }, 'simulateScaling', { body: { queueName: 'mail' } }],
  useUpdateTimeout: [
    { queueName: 'mail', update: { timeout: 500 }, ifMatch: '3' },
    'updateTimeout',
    'mail',
    { timeout: 500 },
    { ifMatch: '3' },
  ],
  useUpdateRateLimit: [
    { limiterName: 'maps', update: { perSecond: 7 }, ifMatch: '3' },
    'updateRateLimit',
    { params: { limiterName: 'maps' }, body: { perSecond: 7 } },
    { ifMatch: '3' },
  ],
  useDeleteRateLimit: [{ limiterName: 'maps' }, 'deleteRateLimit', { params: { limiterName: 'maps' } }],
  useCreateUser: [{ email: 'a@b' }, 'createUser', { body: { email: 'a@b' } }],
  useUpdateUser: [
    { userId: 'u', body: { role: 'viewer' } },
    'updateUser',
    { params: { userId: 'u' }, body: { role: 'viewer' } },
  ],
  useCreateToken: [{ name: 'ci' }, 'createToken', { body: { name: 'ci' } }],
  useRevokeToken: ['t1', 'revokeToken', { params: { tokenId: 't1' } }],
  useUpdateRoleSwitches: [{ viewer: true }, 'updateRoleSwitches', { body: { viewer: true } }],
  useCreateSchedule: [{ scheduleId: 'n' }, 'createSchedule', { body: { scheduleId: 'n' } }],
  useUpdateSchedule: [
    { ...schedule, change: { pattern: '* * * * *' } },
    'updateSchedule',
    { params: schedule, body: { pattern: '* * * * *' } },
  ],
  usePauseSchedule: [schedule, 'pauseSchedule', { params: schedule }],
  useResumeSchedule: [schedule, 'resumeSchedule', { params: schedule }],
  useRunSchedule: [schedule, 'runSchedule', { params: schedule }],
  useDeleteSchedule: [schedule, 'deleteSchedule', { params: schedule }],
  useAddJob: [{ queueName: 'mail', name: 'hi' }, 'addJob', { params: { queueName: 'mail' }, body: { name: 'hi' } }],
  useEditJob: [{ ...job, priority: 1 }, 'editJob', { params: job, body: { priority: 1 } }],
  useDuplicateJob: [{ ...job, data: 1 }, 'duplicateJob', { params: job, body: { data: 1 } }],
  useChangeJobs: [
    { action: 'retry', jobs: [job] },
    'changeJobs',
    { params: { queueName: 'mail' }, body: { action: 'retry', jobIds: ['7'] } },
  ],
  useRestoreJobs: [['t7'], 'restoreJobs', { body: { ids: ['t7'] } }],
  useChangeQuarantine: [{ action: 'release', ids: ['q'] }, 'releaseJobs', { body: { ids: ['q'] } }],
};

/** They read what the page knows already, and call nobody. */
const callNobody = ['useLiveState', 'useLiveControls'];

const hooks = Object.entries(drover).flatMap(([name, value]) =>
  name.startsWith('use') && typeof value === 'function'
    ? [[name, value as (...given: Arguments) => unknown] as const]
    : [],
);

/** A page over a client whose every method is never answered: what a hook asks for is all that counts. */
function open() {
  const methods = new Map<string, ReturnType<typeof vi.fn>>();
  const client = new Proxy({} as QueueSystemApiClient, {
    get: (_target, name: string) => {
      const method = methods.get(name) ?? vi.fn(() => new Promise(() => undefined));
      methods.set(name, method);
      return method;
    },
  });
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const notify = { success: vi.fn(), warning: vi.fn(), error: vi.fn() };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>
      <drover.DroverProvider client={client} transport="polling" notify={notify}>
        {children}
      </drover.DroverProvider>
    </QueryClientProvider>
  );
  return { methods, wrapper };
}

const hookNamed = (name: string) => {
  const [, hook] = hooks.find(([candidate]) => candidate === name) ?? [];
  if (!hook) throw new Error(`@drover/react has no ${name}.`);
  return hook;
};

async function expectCall(methods: ReturnType<typeof open>['methods'], method: string, expected: Arguments) {
  await waitFor(() => expect(methods.get(method)).toHaveBeenCalledOnce());
  const given = methods.get(method)?.mock.calls[0] ?? [];
  expect(given.slice(0, expected.length)).toEqual(expected);
}

afterEach(cleanup);

it('are all in one of these tables', () => {
  const named = [...Object.keys(reads), ...Object.keys(changes), ...callNobody];
  expect(hooks.map(([name]) => name).sort()).toEqual(named.sort());
});

it.each(Object.entries(reads))('%s reads what it is named after', async (name, [given, method, ...expected]) => {
  const { methods, wrapper } = open();
  renderHook(() => hookNamed(name)(...given), { wrapper });
  await expectCall(methods, method, expected);
});

it.each(Object.entries(changes))(
  '%s changes what it is named after',
  async (name, [variables, method, ...expected]) => {
    const { methods, wrapper } = open();
    const { result } = renderHook(() => hookNamed(name)() as { mutate: (variables: unknown) => void }, { wrapper });
    expect(methods.get(method)).toBeUndefined();
    result.current.mutate(variables);
    await expectCall(methods, method, expected);
  },
);
