import { type Engine, replayScaling, type ScalingEvidence, type StoredScalingQuestion } from '@drover/core';

/** An entry of `scaling.history`, as far as this soak looks at it. */
interface Told {
  readonly queueName: string;
  readonly atMs: number;
  readonly value: {
    readonly action: string;
    readonly targetWorkers: number;
    readonly currentWorkers: number;
    readonly executed: boolean;
    readonly outcome?: { readonly reached: boolean; readonly afterMs: number };
    readonly evidence: ScalingEvidence;
    readonly question: StoredScalingQuestion;
    readonly reason: string;
  };
}

export interface DecisionFigures {
  readonly told: number;
  readonly executed: number;
  readonly reached: number;
  /** Entries whose stored question has another answer than the one stored. */
  readonly differing: readonly string[];
  /** Changes against the direction of the one before, by queue. */
  readonly flips: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, number>>;
}

/** Reads every stored decision and makes it again from what is stored. */
export async function judgeDecisions(engine: Engine, queueNames: readonly string[]): Promise<DecisionFigures> {
  const entries = (await Promise.all(queueNames.map((name) => readAll(engine, name)))).flat();
  const executed = entries.filter(({ value }) => value.executed);
  const flips: Record<string, number> = {};
  const steps: Record<string, number> = {};
  const differing: string[] = [];
  for (const { queueName, atMs, value } of entries) {
    const again = replayScaling(value.question);
    // A fleet that outgrew its memory was cut beyond its own question; its evidence says so.
    const kept = value.evidence.clampedBy.filter(
      ({ by }) => by !== 'host_memory' || again.targetWorkers <= value.targetWorkers,
    );
    const sameCount = value.executed || again.targetWorkers === value.targetWorkers;
    const evidence = { ...value.evidence, clampedBy: kept };
    if (!sameCount || JSON.stringify(again.evidence) !== JSON.stringify(evidence))
      differing.push(`${queueName} ${new Date(atMs).toISOString()} ${value.reason}`);
  }
  for (const queueName of queueNames) {
    const own = executed.filter((entry) => entry.queueName === queueName).sort((a, b) => a.atMs - b.atMs);
    const signs = own.map(({ value }) => Math.sign(value.targetWorkers - value.currentWorkers));
    steps[queueName] = own.length;
    flips[queueName] = signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
  }
  return {
    told: entries.length,
    executed: executed.length,
    reached: executed.filter(({ value }) => value.outcome?.reached === true).length,
    differing,
    flips,
    steps,
  };
}

async function readAll(engine: Engine, queueName: string): Promise<Told[]> {
  const found: Told[] = [];
  let before: { readonly atMs: number; readonly id: string } | undefined;
  for (;;) {
    const page = await engine.records.query('scaling.history', {
      subject: queueName,
      limit: 500,
      ...(before && { before }),
    });
    found.push(...page.map(({ atMs, value }) => ({ queueName, atMs, value: value as Told['value'] })));
    const last = page.at(-1);
    if (last === undefined || page.length < 500) return found;
    before = { atMs: last.atMs, id: last.id };
  }
}
