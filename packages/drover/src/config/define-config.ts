import type { DroverConfig } from './schema.js';

/** Types a configuration file: `export default defineConfig({ … })`. Validation happens when it is loaded. */
export function defineConfig(config: DroverConfig): DroverConfig {
  return config;
}
