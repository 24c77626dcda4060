import type { UpdateMemoryConfigRequest } from '@drover/contract';
import { Fault, type FleetRegistry, recycleSlots } from '@drover/core';
import type { MemoryConfig } from './memory-config.js';

/**
 * Refuses a hard limit that would end many workers in the same seconds: more of them than
 * may be recycled at once are above it now. The soft limit replaces them one after the other.
 */
export async function spareFleet(
  fleet: Pick<FleetRegistry, 'readReports'>,
  config: MemoryConfig,
  { worker }: UpdateMemoryConfigRequest,
): Promise<void> {
  const limitMB = worker?.hardLimit;
  const general = config.read().config.worker.hardLimit;
  if (limitMB === undefined || limitMB >= general) return;
  const governed = (await fleet.readReports()).filter(
    ({ owner, state, queueName }) =>
      owner === 'drover' && state !== 'stopped' && config.limitsFor(queueName).hardLimitMB === general,
  );
  const above = governed.filter(({ memory }) => memory.rss >= limitMB).length;
  if (above === 0 || above <= recycleSlots(governed.length)) return;
  const message =
    `${above} of ${governed.length} workers use more than ${limitMB} MB now and would be ended within seconds. ` +
    'Lower the soft limit first: it replaces them one after the other';
  throw new Fault('invalid_input', `worker.hardLimit: ${message}.`, {
    details: { fields: [{ in: 'body', path: 'worker.hardLimit', message }] },
  });
}
