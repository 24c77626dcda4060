import type { FleetRegistry, WorkerReport } from '@drover/core';
import { OrphanSearch } from './adoption.js';
import { HeldWorker } from './held-worker.js';
import type { LocalSupervisorOptions } from './local-supervisor-options.js';
import type { ProcessTable } from './process-table.js';

export interface AdoptedWorkersOptions extends Pick<LocalSupervisorOptions, 'host' | 'instanceId' | 'clock' | 'log'> {
  readonly fleet: Pick<FleetRegistry, 'readReports' | 'readHosts' | 'setDesired'>;
  readonly processes: ProcessTable;
  /** All workers of the supervisor; adopted ones are put into it. */
  readonly held: Map<string, HeldWorker>;
  readonly graceMs: (held: HeldWorker) => number;
  readonly onChange: () => void;
  readonly onGone: (held: HeldWorker) => void;
}

/** Adopted workers have no channel; their reports say how they are. */
const READ_REPORTS_MS = 5_000;
/** Soon enough for the workers of another control plane of this host that was killed: they wait 15 s. */
const LOOK_FOR_ORPHANS_MS = 3_000;

/** Finds the workers that another control plane left on this host, and hears of them without a channel. */
export class AdoptedWorkers {
  private readonly options: AdoptedWorkersOptions;
  private readonly orphans: OrphanSearch;
  private nextReadMs = 0;
  private nextOrphansMs = 0;
  private reading = false;

  constructor(options: AdoptedWorkersOptions) {
    this.options = options;
    this.orphans = new OrphanSearch(options, this.nowMs);
  }

  async adoptOrphans(): Promise<void> {
    const { log, held } = this.options;
    try {
      for (const report of await this.orphans.find(this.nowMs))
        if (!held.has(report.workerId)) await this.adopt(report);
    } catch (error) {
      // They wait a while and drain by themselves: no reason to stop here.
      log.warn({ err: error }, 'cannot look for workers to adopt');
    }
    this.nextOrphansMs = this.nowMs + LOOK_FOR_ORPHANS_MS;
  }

  /** One look, from the supervisor's own rhythm. */
  tick(mayAdopt: boolean): void {
    this.lookAfterAdopted();
    if (!mayAdopt || this.nowMs < this.nextOrphansMs) return;
    // Set again when the look is over: two at once could adopt a worker twice.
    this.nextOrphansMs = Number.POSITIVE_INFINITY;
    void this.adoptOrphans();
  }

  private get nowMs(): number {
    return this.options.clock.monotonicMs();
  }

  private async adopt(report: WorkerReport): Promise<void> {
    const { instanceId, fleet, log, held, processes, onChange } = this.options;
    const { workerId, queueName, pid } = report;
    const reason = `adopted by ${instanceId}`;
    await fleet.setDesired(workerId, { run: 'run', reason, graceMs: 0, supervisorPid: process.pid });
    held.set(workerId, HeldWorker.adopted(report, processes, this.nowMs));
    log.info({ queue: queueName, worker: workerId, pid }, 'adopted a worker of an earlier control plane');
    onChange();
  }

  private lookAfterAdopted(): void {
    const adopted = [...this.options.held.values()].filter(({ member }) => member.adopted);
    for (const held of adopted) if (!held.isThere) this.options.onGone(held);
    if (adopted.length === 0 || this.nowMs < this.nextReadMs || this.reading) return;
    this.nextReadMs = this.nowMs + READ_REPORTS_MS;
    this.reading = true;
    this.readReports(adopted).finally(() => {
      this.reading = false;
    });
  }

  private async readReports(adopted: readonly HeldWorker[]): Promise<void> {
    try {
      const reports = new Map((await this.options.fleet.readReports()).map((report) => [report.workerId, report]));
      for (const held of adopted) {
        const report = reports.get(held.member.workerId);
        if (report !== undefined) held.read(report, this.options.graceMs(held), this.nowMs);
      }
    } catch {
      // With the engine away the workers cannot report: their silence says nothing.
      for (const held of adopted) held.forgiveSilence(READ_REPORTS_MS);
    }
  }
}
