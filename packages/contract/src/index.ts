export * from './live.js';
export * from './types.js';
