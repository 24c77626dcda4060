import { type ApiServices, createChangeRecorder, type LiveTopics, type TopicFeed } from '@drover/control-plane';
import type { Engine } from '@drover/core';

export interface ServiceDependencies {
  readonly engine: Engine;
  readonly topics: LiveTopics & TopicFeed;
}

/** The services behind the API, one for each area. */
export function createServices({ engine, topics }: ServiceDependencies): ApiServices {
  return { changes: createChangeRecorder(engine.audit), topics };
}
