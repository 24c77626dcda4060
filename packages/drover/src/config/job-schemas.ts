import { compileJobSchemas, type JobSchemas } from '@drover/control-plane';
import { InvalidConfig, pathInWords } from './problems.js';
import type { ResolvedQueue } from './resolve-config.js';

/** The queues' schemas, ready to judge payloads; throws InvalidConfig for one that cannot be used. */
export async function readJobSchemas(queues: Iterable<ResolvedQueue>): Promise<JobSchemas> {
  const given = [...queues].flatMap(({ queueName, jobSchema }) => (jobSchema ? [[queueName, jobSchema] as const] : []));
  const { schemas, problems } = await compileJobSchemas(new Map(given));
  if (problems.length === 0) return schemas;
  throw new InvalidConfig(
    'The configuration',
    problems.map(({ queueName, message }) => ({ path: pathInWords(['queues', queueName, 'jobSchema']), message })),
  );
}
