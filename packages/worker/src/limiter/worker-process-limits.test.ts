import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkerProcessSpec } from '../process/worker-process-spec.js';
import { LaunchedWorker } from '../testing/launched-worker.js';
import { bundleWorker, type WorkerBundle } from '../testing/worker-bundle.js';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';

const processorFile = fileURLToPath(new URL('../testing/limited-processor.mjs', import.meta.url));
const root = new URL('../../../../', import.meta.url);

describe('the handler of docs/rate-limits.md, in a worker process', () => {
  let engine: WorkerEngine;
  let bundle: WorkerBundle;
  let service: Server;
  let url: string;
  const calls: number[] = [];
  const launched: LaunchedWorker[] = [];

  beforeAll(async () => {
    bundle = bundleWorker();
    engine = await workerEngines.Redis();
    service = createServer((request, response) => {
      calls.push(Date.now());
      if (request.url === '/busy' && calls.length === 1) response.writeHead(429, { 'Retry-After': '1' }).end();
      else response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"paid":true}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => service.once('listening', resolve));
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    service.close();
    await engine.close();
    bundle.remove();
  });
  afterEach(async () => {
    calls.length = 0;
    await Promise.all(launched.splice(0).map((worker) => worker.end()));
  });

  async function launch(queueName: string, over: Partial<WorkerProcessSpec>): Promise<void> {
    const spec = { queueName, workerId: `${queueName}-1`, engine: engine.spec, processorFile, ...over };
    const worker = new LaunchedWorker(bundle.main, spec);
    launched.push(worker);
    await worker.ready();
  }

  it('is quoted there word for word', () => {
    const docs = readFileSync(new URL('docs/rate-limits.md', root), 'utf8');
    const code = readFileSync(processorFile, 'utf8').replace(/^\/\*\*.*\*\/\n/, '');
    expect(docs).toContain(`\`\`\`js\n${code}\`\`\``);
  });

  it('finds the limiters of the process that runs it, waits as they say, and makes everybody wait after a 429', async () => {
    const queue = engine.queue('charges');
    await launch('charges', { limiters: { stripeApi: { perSecond: 100 } } });
    await queue.add('charge', { url: `${url}/busy` }, { attempts: 2 });
    await vi.waitFor(async () => expect((await queue.getJobs(['completed']))[0]?.returnvalue).toEqual({ paid: true }), {
      timeout: 15_000,
    });
    expect((calls[1] ?? 0) - (calls[0] ?? 0)).toBeGreaterThanOrEqual(950);
    expect((await engine.limiters.status(['stripeApi']))[0]).toMatchObject({ allowed: 2, delayed: expect.any(Number) });
  });

  it('runs under a limiter of its queue, as the configuration names it', async () => {
    const queue = engine.queue('mails');
    await queue.addBulk(Array.from({ length: 4 }, () => ({ name: 'charge', data: { url } })));
    await launch('mails', { limiters: { daily: { perDay: 3 } }, limiter: ['daily'], concurrency: 4 });
    await vi.waitFor(async () => {
      expect(await queue.getJobCounts('completed', 'waiting')).toEqual({ completed: 3, waiting: 1 });
    }, 15_000);
    expect((await engine.limiters.status(['daily']))[0]).toMatchObject({ allowed: 3 });
  });
});
