import { type ApiServices, createChangeRecorder } from '@drover/control-plane';
import type { Engine } from '@drover/core';

export interface ServiceDependencies {
  readonly engine: Engine;
}

/** The services behind the API, one for each area. */
export function createServices({ engine }: ServiceDependencies): ApiServices {
  return { changes: createChangeRecorder(engine.audit) };
}
