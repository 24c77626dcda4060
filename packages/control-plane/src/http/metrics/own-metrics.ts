import type { Reads } from '../../use-cases/reads.js';
import { SampledMetric } from './samples.js';

/** What this instance says of itself, as of this moment: also while the engine is away. */
export function ownMetrics(reads: Pick<Reads, 'status' | 'published'>, nowMs: number): readonly SampledMetric[] {
  const { version, environment, engine, leader, instanceId } = reads.status();
  const info = new SampledMetric('drover_build_info', 'gauge', 'Always 1; what runs here, in labels.');
  info.add(1, { version, environment, engine: engine.kind });
  const up = new SampledMetric('drover_engine_up', 'gauge', '1 while this instance reaches the engine.');
  up.add(engine.healthy ? 1 : 0);
  const leads = new SampledMetric('drover_leader', 'gauge', '1 while this instance runs the monitor.');
  leads.add(leader === instanceId ? 1 : 0);
  const age = new SampledMetric('drover_snapshot_age_seconds', 'gauge', 'Age of the figures of queues in this reply.');
  const tick = reads.published();
  if (tick !== null) age.add(Math.max(0, nowMs - tick.snapshot.timestamp.getTime()) / 1_000);
  return [info, up, leads, age];
}
