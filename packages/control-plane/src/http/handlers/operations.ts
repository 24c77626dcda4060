import type { operationsRoutes, RouteMatch } from '@drover/contract';
import { DEFAULT_LIMIT } from '../../use-cases/operations/queue-commands.js';
import type { OperationsService } from '../../use-cases/operations/start-operations.js';
import { jsonReply } from '../error-reply.js';
import { defined } from './defined.js';
import type { HandlersOf, RouteContext } from './route-context.js';

/** What is done to queues and their jobs. */
export function createOperationsHandlers({ commands, bulk }: OperationsService): HandlersOf<typeof operationsRoutes> {
  const setPaused =
    (paused: boolean) =>
    async (_input: unknown, { match, noteChange }: RouteContext) => {
      const queueName = await commands.resolve(namesIn(match));
      const before = await commands.setPaused(queueName, paused);
      noteChange({ target: `queue:${queueName}`, before: { paused: before }, after: { paused } });
      return jsonReply({ success: true, queueName, status: paused ? 'paused' : 'active' });
    };

  return {
    pauseQueue: setPaused(true),
    resumeQueue: setPaused(false),

    async cleanQueue({ body }, { match, noteChange }) {
      const queueName = await commands.resolve(namesIn(match));
      const { status, grace: graceMs = 0, limit = DEFAULT_LIMIT } = body;
      const reply = await commands.clean(queueName, { status, graceMs, limit });
      noteChange({ target: `queue:${queueName}`, details: { status, graceMs, limit, removed: reply.removed } });
      return jsonReply(reply);
    },

    async retryFailedJobs({ query }, { match, noteChange }) {
      const queueName = await commands.resolve(namesIn(match));
      const limit = query.limit ?? DEFAULT_LIMIT;
      const reply = await commands.retryFailed(queueName, limit);
      const { total, retried, failed } = reply;
      noteChange({ target: `queue:${queueName}`, details: { limit, total, retried, failed } });
      return jsonReply(reply);
    },

    async startOperation({ body }, { identity, noteChange }) {
      const { kind, queues, matching, options, jobs, dryRun } = body;
      const operation = await bulk.start(
        {
          kind,
          ...(queues && { queues }),
          ...(matching !== undefined && { matching }),
          ...(options && { options: withoutUndefined(options) }),
          ...(jobs && { jobs: defined(jobs) }),
          ...(dryRun !== undefined && { dryRun }),
        },
        identity,
      );
      const { id, queueCount, total, options: chosen } = operation;
      noteChange({
        target: `operation:${id}`,
        // A filter may hold values of payloads: its fields' names only.
        details: {
          ...{ kind, dryRun: operation.dryRun, queueCount, total, ...chosen },
          ...(jobs && { states: operation.jobs?.states, filter: Object.keys(jobs.filter ?? {}), canary: jobs.canary }),
        },
      });
      return jsonReply({ success: true, operation });
    },

    getOperations: async ({ query }) => jsonReply(await bulk.list(withoutUndefined(query))),

    getOperation: async ({ params }) => jsonReply(await bulk.get(params.operationId)),

    async cancelOperation({ params }, { identity, noteChange }) {
      const operation = await bulk.cancel(params.operationId, identity);
      const { id, state, done, total } = operation;
      noteChange({ target: `operation:${id}`, before: { state, done, total }, after: { cancelRequested: true } });
      return jsonReply({ success: true, operation });
    },
  };
}

/** The queue that a path names; a name with a percent sign that came unencoded, as it stood, second. */
function namesIn({ params, rawParams }: RouteMatch): readonly string[] {
  return [params.queueName ?? '', rawParams.queueName ?? ''];
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}
