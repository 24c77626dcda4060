import { defineConfig } from 'vitest/config';

/** Whole programs against whole programs: one at a time, so that two cores are enough for each. */
export default defineConfig({
  resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['e2e/system/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
