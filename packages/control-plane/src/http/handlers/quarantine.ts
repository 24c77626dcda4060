import type { quarantineRoutes } from '@drover/contract';
import type { QuarantineService } from '../../use-cases/quarantine/quarantine-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

/** Jobs that are set aside. */
export function createQuarantineHandlers(quarantine: QuarantineService): HandlersOf<typeof quarantineRoutes> {
  return {
    getQuarantine: async ({ query }) => jsonReply(await quarantine.page(query.queueName, query.cursor)),

    async releaseJobs({ body }, { noteChange }) {
      const reply = await quarantine.release(body.ids);
      const { total, done, failed } = reply;
      noteChange({ target: 'quarantine', details: { total, done, failed, ids: body.ids.slice(0, 20) } });
      return jsonReply(reply);
    },

    async discardJobs({ body }, { identity, noteChange }) {
      const reply = await quarantine.discard(body.ids, identity.actor);
      const { total, done, failed } = reply;
      noteChange({ target: 'quarantine', details: { total, done, failed, ids: body.ids.slice(0, 20) } });
      return jsonReply(reply);
    },
  };
}
