import type { FleetRegistry, HostPresence, WorkerReport } from '@drover/core';
import type { ProcessTable } from './process-table.js';

export interface AdoptionOptions {
  readonly host: string;
  readonly instanceId: string;
  readonly fleet: Pick<FleetRegistry, 'readReports' | 'readHosts'>;
  readonly processes: ProcessTable;
}

/** Twice as long as workers wait to be adopted, should the engine be slow to answer. */
const SEARCH_MS = 30_000;

/**
 * Looks for workers of this host whose supervisor is gone: reported as Drover's own, alive,
 * and really the process that the report names. Reports are read only after a control plane
 * of this host, this one's predecessor included, may have died: they are the fleet's
 * heaviest read, and every control plane would make it every few seconds.
 */
export class OrphanSearch {
  private readonly options: AdoptionOptions;
  private searchUntilMs: number;
  /** Other control planes that were seen on this host, by instance: a presence fades, its process may stay. */
  private readonly neighbours = new Map<string, number>();

  constructor(options: AdoptionOptions, nowMs: number) {
    this.options = options;
    this.searchUntilMs = nowMs + SEARCH_MS;
  }

  /** Empty while another control plane lives on this host, for the workers are its own. `nowMs` is monotonic. */
  async find(nowMs: number): Promise<readonly WorkerReport[]> {
    const { host, fleet, processes } = this.options;
    for (const other of await fleet.readHosts()) {
      if (this.isNeighbour(other)) this.neighbours.set(other.instanceId, other.pid);
    }
    for (const [instanceId, pid] of this.neighbours) {
      if (processes.isAlive(pid)) continue;
      this.neighbours.delete(instanceId);
      this.searchUntilMs = nowMs + SEARCH_MS;
    }
    if (this.neighbours.size > 0 || nowMs >= this.searchUntilMs) return [];
    const reports = await fleet.readReports();
    return reports.filter(
      ({ host: where, owner, state, pid, workerId }) =>
        where === host && owner === 'drover' && state !== 'stopped' && processes.runsWorker(pid, workerId),
    );
  }

  private isNeighbour({ host, instanceId, runsWorkers, pid }: HostPresence): boolean {
    return host === this.options.host && instanceId !== this.options.instanceId && runsWorkers && pid !== process.pid;
  }
}
