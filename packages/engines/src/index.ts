export { readEmbeddedUrl } from './embedded/engine-file.js';
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded/start-embedded.js';
export type { EngineLog, EngineOptions } from './engine-options.js';
export { type EnginePrefixes, enginePrefixes } from './engine-prefixes.js';
export { describeEngineUrl, type EngineTarget, parseEngineUrl } from './engine-url.js';
export { openEngine } from './open-engine.js';
export {
  type EngineBackendFactory,
  type EngineConnection,
  type EngineQueue,
  type EngineQueueOptions,
  openQueues,
  type QueueConnection,
  type WorkerArgs,
} from './open-queues.js';
