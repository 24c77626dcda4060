import { vi } from 'vitest';

/** A condition may take this long on a machine that is busy; one second, the default, failed tests for that alone. */
const PATIENCE_MS = 15_000;

const waitFor = vi.waitFor.bind(vi);

vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
