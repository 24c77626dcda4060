import type { FleetRegistry, Recycle, WorkerReport } from '@drover/core';

const UNREPORTED_GRACE_MS = 30_000;

/** Tells a worker, wherever it runs, that it is to be replaced: it reads that within a second. */
export async function tellWorker(
  fleet: Pick<FleetRegistry, 'setDesired'>,
  { workerId, cause, reason, graceful }: Recycle,
  report: Pick<WorkerReport, 'graceMs'>,
): Promise<void> {
  await fleet.setDesired(workerId, {
    run: 'recycle',
    cause,
    reason,
    graceMs: report.graceMs ?? UNREPORTED_GRACE_MS,
    ...(graceful ? {} : { abort: true }),
  });
}
