export { type App, type AppOptions, createApp } from './create-app.js';
export { type HttpServer, serve } from './serve.js';
