export type { Authorize, HostUser } from '@drover/control-plane';
export { defineConfig } from './config/define-config.js';
export type { DroverConfig, QueueConfig } from './config/schema.js';
export { type ConnectOptions, connect } from './connect.js';
export { createHandler, type DroverHandler, type HandlerOptions } from './mount/create-handler.js';
