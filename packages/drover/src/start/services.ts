import {
  type ApiServices,
  type AuditTrail,
  createAuditService,
  type LiveTopics,
  type TopicFeed,
} from '@drover/control-plane';
import type { Engine } from '@drover/core';

export interface ServiceDependencies {
  readonly engine: Engine;
  readonly trail: AuditTrail;
  readonly topics: LiveTopics & TopicFeed;
}

/** The services behind the API, one for each area. */
export function createServices({ engine, trail, topics }: ServiceDependencies): ApiServices {
  return { audit: createAuditService({ trail, log: engine.audit }), topics };
}
