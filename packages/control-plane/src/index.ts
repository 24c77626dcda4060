export * from './actuators/local/index.js';
export * from './auth/index.js';
export { generatePassword } from './auth/password.js';
export { type App, type AppOptions, createApp, type HttpServer, serve } from './http/index.js';
export { type Monitor, type MonitorHealth, startMonitor } from './monitor/monitor.js';
export type { MonitorOptions } from './monitor/monitor-options.js';
export { createReads, type MonitorReadsOptions } from './monitor/monitor-reads.js';
export type { Reads } from './use-cases/reads.js';
export { SettingsCache } from './use-cases/settings-cache.js';
