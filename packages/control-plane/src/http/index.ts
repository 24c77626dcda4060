export type { Connection } from './connection.js';
export { type App, type AppOptions, createApp } from './create-app.js';
export { type HttpServer, type ServeOptions, serve } from './serve.js';
