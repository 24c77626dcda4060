import type { FleetRegistry, WorkerReport } from '@drover/core';
import type { ProcessTable } from './process-table.js';

export interface AdoptionOptions {
  readonly host: string;
  readonly instanceId: string;
  readonly fleet: Pick<FleetRegistry, 'readReports' | 'readHosts'>;
  readonly processes: ProcessTable;
}

/**
 * Workers of this host whose supervisor is gone: reported as Drover's own, alive, and really
 * the process that the report names. Empty while another control plane lives on this host,
 * for they are its own.
 */
export async function findOrphans(options: AdoptionOptions): Promise<readonly WorkerReport[]> {
  const { host, instanceId, fleet, processes } = options;
  const [reports, hosts] = await Promise.all([fleet.readReports(), fleet.readHosts()]);
  const others = hosts.filter(
    (other) => other.host === host && other.instanceId !== instanceId && other.runsWorkers && other.pid !== process.pid,
  );
  if (others.some(({ pid }) => processes.isAlive(pid))) return [];
  return reports.filter(
    ({ host: where, owner, state, pid, workerId }) =>
      where === host && owner === 'drover' && state !== 'stopped' && processes.runsWorker(pid, workerId),
  );
}
