import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['drover-source', 'module', 'node', 'development|production'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'examples/*/src/**/*.test.ts',
      'testkit/src/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
