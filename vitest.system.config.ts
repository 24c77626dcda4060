import { defineConfig } from 'vitest/config';

/** Whole programs against whole programs: one at a time, so that two cores are enough for each. */
export default defineConfig({
  test: {
    include: ['e2e/system/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
