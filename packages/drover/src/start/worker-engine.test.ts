import { expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { currentWorkerEngine } from './worker-engine.js';
import { workerSpec } from './worker-spec.js';

it('tells a worker on a cluster the prefixes that the control plane uses there', async () => {
  const value = { engine: 'redis+cluster://127.0.0.1:7000', queues: { mail: { processor: './mail.js' } } };
  const config = resolveConfig({ value, name: 'drover.config.json', folder: '/project' }, {}, {});
  const engine = await currentWorkerEngine(config);
  expect(engine).toMatchObject({ kind: 'redis-cluster', prefix: '{bull}' });
  const spec = workerSpec(config, engine, { queueName: 'mail', workerId: 'mail-1', host: 'here' });
  expect(spec.statePrefix).toBe('{drover}');
});
