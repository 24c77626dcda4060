export { ApiError, type ApiErrorCode, isApiError } from './api-error.js';
export type { CallInput } from './call.js';
export type { EventHandlers, EventStream, EventStreamState } from './event-stream.js';
export { QueueSystemApiClient, queueSystemApi } from './queue-system-api-client.js';
export type { RequestLimit, RequestLimitState } from './request-queue.js';
export type { CallOptions, ClientOptions, Given } from './transport.js';
