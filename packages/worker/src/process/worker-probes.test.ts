import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerExitCodes } from '@drover/core';
import { freePort } from '@drover/testkit';
import { describe, expect, it, vi } from 'vitest';
import { LaunchedWorker, scriptedProcessor } from '../testing/launched-worker.js';
import { bundleWorker } from '../testing/worker-bundle.js';
import { workerEngines } from '../testing/worker-engine.js';

describe.each(Object.entries(workerEngines))('a worker in a container on %s', (_, startEngine) => {
  it('answers probes: ready while it takes jobs, alive until it leaves', async () => {
    const [engine, bundle, healthPort] = [await startEngine(), bundleWorker(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'drover-probes-'));
    const queue = engine.queue('probed');
    const spec = {
      queueName: queue.name,
      workerId: 'probed-1',
      engine: engine.spec,
      processorFile: scriptedProcessor,
      reportIntervalMs: 100,
      graceMs: 20_000,
    };
    const worker = new LaunchedWorker(bundle.main, spec, { alone: true, healthPort });
    const probe = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${healthPort}${path}`).catch(() => ({ status: 0 }))).status;
    try {
      await vi.waitFor(async () => expect(await probe('/readyz'), worker.output).toBe(200), 20_000);
      expect([await probe('/healthz'), await probe('/other')]).toEqual([200, 404]);
      const trace = join(folder, 'trace');
      await queue.add('one', { trace, ms: 1_500 });
      await vi.waitFor(async () => expect((await engine.reportOf(spec.workerId)).active).toBe(1), 10_000);
      worker.kill('SIGTERM');
      await vi.waitFor(async () => expect(await probe('/readyz')).toBe(503), 5_000);
      expect(await probe('/healthz')).toBe(200);
      expect(await worker.exited()).toBe(workerExitCodes.stopped);
    } finally {
      await worker.end();
      await engine.close();
      bundle.remove();
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
