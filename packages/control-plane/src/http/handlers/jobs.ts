import { type JobReference, type jobsRoutes, roleIncludes } from '@drover/contract';
import { Fault } from '@drover/core';
import type { JobView } from '../../use-cases/jobs/job-view.js';
import type { JobsService } from '../../use-cases/jobs/jobs-service.js';
import { jsonReply } from '../error-reply.js';
import { defined } from './defined.js';
import type { HandlersOf, RouteContext } from './route-context.js';

/** Jobs: looked at, looked for, changed. */
export function createJobsHandlers({
  reads,
  search,
  scanFailures,
  changes,
  trash,
  schemas,
  revealRole,
  requireQueue,
  view,
}: JobsService): HandlersOf<typeof jobsRoutes> {
  /** What is seen of one job; that somebody saw all of it is written down. */
  const sightOf = (reveal: boolean | undefined, ref: JobReference, context: RouteContext): JobView => {
    if (reveal !== true) return view(false);
    const { role } = context.identity;
    if (!roleIncludes(role, revealRole)) {
      throw new Fault('forbidden', `To see what is redacted takes the role ${revealRole}; you have ${role}.`, {
        details: { requiredRole: revealRole, role },
      });
    }
    context.noteChange({ target: targetOf(ref), details: { revealed: true } });
    return view(true);
  };

  return {
    async getJobs({ params, query }) {
      await requireQueue(params.queueName);
      return jsonReply(await reads.page(params.queueName, defined(query), view(false)));
    },

    findJobs: async ({ query }) =>
      jsonReply(query.id === undefined ? { jobs: [], queues: 0 } : await reads.find(query.id, view(false))),

    searchJobs: async ({ body }, { request }) => jsonReply(await search(defined(body), view(false), request.signal)),

    scanFailures: async ({ body }, { request }) =>
      jsonReply(await scanFailures(defined(body), view(false), request.signal)),

    getJob: async ({ params, query }, context) =>
      jsonReply(await reads.get(params, sightOf(query.reveal, params, context))),

    getJobLogs: async ({ params, query }, context) =>
      jsonReply(await reads.logs(params, defined(query), sightOf(query.reveal, params, context))),

    getJobValue: async ({ params, query }, context) =>
      jsonReply(await reads.value(params, query.field ?? 'data', sightOf(query.reveal, params, context))),

    getJobTree: async ({ params }) => jsonReply(await reads.tree(params)),

    async getJobSchema({ params: { queueName } }) {
      await requireQueue(queueName);
      const schema = schemas.of(queueName);
      return jsonReply({ queueName, ...(schema && { schema: { ...schema } }) });
    },

    async addJob({ params, body }, { noteChange }) {
      await requireQueue(params.queueName);
      const reply = await changes.add(params.queueName, defined(body));
      // Never the payload: the audit log is read by others than the jobs.
      noteChange({ target: targetOf(reply), details: { name: body.name } });
      return jsonReply(reply);
    },

    async changeJobs({ params, body }, { identity, noteChange }) {
      await requireQueue(params.queueName);
      const reply = await changes.change(params.queueName, defined(body), identity.actor);
      const { action, total, done, failed } = reply;
      const { jobIds } = body;
      noteChange({
        target: `queue:${params.queueName}`,
        details: {
          action,
          total,
          done,
          failed,
          jobIds: jobIds.slice(0, 20),
          ...(body.reason && { reason: body.reason }),
        },
      });
      return jsonReply(reply);
    },

    async editJob({ params, body }, { noteChange }) {
      const reply = await changes.edit(params, defined(body));
      noteChange({ target: targetOf(params), details: { fields: Object.keys(body) } });
      return jsonReply(reply);
    },

    async duplicateJob({ params, body }, { noteChange }) {
      const reply = await changes.duplicate(params, defined(body));
      noteChange({ target: targetOf(params), details: { jobId: reply.jobId, fields: Object.keys(body) } });
      return jsonReply(reply);
    },

    getJobTrash: async ({ query }) => jsonReply(await trash.page(query.queueName, query.cursor)),

    async restoreJobs({ body }, { noteChange }) {
      const reply = await changes.restore(body.ids);
      const { total, done, failed } = reply;
      noteChange({ target: 'trash', details: { total, done, failed, ids: body.ids.slice(0, 20) } });
      return jsonReply(reply);
    },
  };
}

const targetOf = ({ queueName, jobId }: JobReference) => `job:${queueName}/${jobId}`.slice(0, 500);
