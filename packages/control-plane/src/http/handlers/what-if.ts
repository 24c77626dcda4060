import type { whatIfRoutes } from '@drover/contract';
import type { WhatIfService } from '../../use-cases/what-if/what-if-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

export function createWhatIfHandlers(whatIf: WhatIfService): HandlersOf<typeof whatIfRoutes> {
  return {
    async simulateScaling({ body }, { request }) {
      return jsonReply(await whatIf.simulate(body, request.signal));
    },
  };
}
