export { defineConfig } from './config/define-config.js';
export type { DroverConfig, QueueConfig } from './config/schema.js';
export { type ConnectOptions, connect } from './connect.js';
