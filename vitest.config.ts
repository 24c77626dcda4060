import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['drover-source', 'node', 'development|production'] } },
  test: {
    globalSetup: ['testkit/src/no-server-left.ts'],
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'examples/*/src/**/*.test.ts',
      'testkit/src/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    setupFiles: ['vitest.setup.ts'],
    // Most of them wait for processes and engines; one a core, less one, leaves two cores idle.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
