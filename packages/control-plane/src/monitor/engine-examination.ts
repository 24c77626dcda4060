import type { Engine } from '@drover/core';
import type { Logger } from 'pino';

const EXAMINE_EVERY_MS = 60_000;

/** What should be changed about the engine, looked at now and then: what is wrong with one grows over hours. */
export class EngineExamination {
  /** On a replica those of the leader. */
  warnings: readonly string[] = [];
  #examinedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly engine: Pick<Engine, 'status'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Never rejects: some hosts refuse to tell, and the numbers are none the worse for it. */
  async look(nowMonotonicMs: number): Promise<void> {
    if (nowMonotonicMs - this.#examinedAtMs < EXAMINE_EVERY_MS) return;
    this.#examinedAtMs = nowMonotonicMs;
    try {
      this.warnings = (await this.engine.status()).warnings;
    } catch (error) {
      this.log.warn({ err: error }, 'cannot examine the engine');
    }
  }
}
