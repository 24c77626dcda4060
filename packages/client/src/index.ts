export { ApiError, type ApiErrorCode, isApiError } from './api-error.js';
export type { EventHandlers, EventStream, EventStreamState } from './event-stream.js';
export { QueueSystemApiClient, queueSystemApi } from './queue-system-api-client.js';
export type { CallOptions, ClientOptions } from './transport.js';
