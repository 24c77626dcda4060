import { defineConfig } from 'vitest/config';

/** Whole programs against whole programs: one a core and one more, as each spends most of its time waiting. */
export default defineConfig({
  resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['drover-source', 'node', 'development|production'] } },
  test: {
    globalSetup: ['testkit/src/no-server-left.ts'],
    include: ['e2e/system/**/*.test.ts'],
    maxWorkers: 3,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
