import { openEngine } from '@drover/engines';
import { startTestOperations } from './test-operations.js';

/** A control plane that only works on operations, in a process of its own: to be killed. */
const [url = '', options = '{}', instanceId = ''] = process.argv.slice(2);
const engine = await openEngine(url, JSON.parse(options));
startTestOperations(engine, instanceId);
process.stdout.write('ready\n');
