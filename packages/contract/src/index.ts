export * from './audit.js';
export * from './auth.js';
export * from './date-paths.js';
export * from './faults.js';
export * from './live.js';
export * from './paths.js';
export * from './routes.js';
export * from './types.js';
