import type { JobSummary, JobTimelineEntry, JobValueView } from '@drover/contract';
import {
  type FailureSignature,
  type JobRecord,
  type JobRoot,
  type JobRow,
  type JobValue,
  type JobValueField,
  REDACTED,
  type RedactionRule,
  redact,
  scrub,
  scrubCut,
  signFailure,
} from '@drover/core';

/** Values up to here are looked through for what may not be shown; larger ones are not shown at all. */
export const VALUE_BYTES = 262_144;
const MAX_ERROR = 2_000;
/** Engines cut errors at 2,000 bytes, and then the rest of a character. */
const CUT_BYTES = MAX_ERROR - 4;

/** What one caller may see of jobs: everything, or what the rules leave. */
export class JobView {
  private readonly rules: readonly RedactionRule[];

  /** `revealed`: without the rules. */
  constructor(rules: readonly RedactionRule[], revealed: boolean) {
    this.rules = revealed ? [] : rules;
  }

  get redacts(): boolean {
    return this.rules.length > 0;
  }

  /** Bytes of values that a walk has to bring so that `summary` can tell a row's texts; 0 for none. */
  get valueBytes(): number {
    return this.redacts ? VALUE_BYTES : 0;
  }

  /** Of a row that was read with `valueBytes`; `tell` knows more of its values than the row does. */
  summary(row: JobRow, tell = this.scrubberOf(row)): JobSummary {
    const { queueName, jobId, name, state, priority, attemptsMade, maxAttempts, dataBytes, resultBytes } = row;
    const { dueAtMs, startedAtMs, finishedAtMs, error, processedBy, schedulerId, parent } = row;
    return {
      ...{ queueName, jobId, name, state, priority, attemptsMade, maxAttempts, dataBytes, resultBytes },
      addedAt: new Date(row.addedAtMs),
      ...(dueAtMs !== null && { dueAt: new Date(dueAtMs) }),
      ...(startedAtMs !== null && { startedAt: new Date(startedAtMs) }),
      ...(finishedAtMs !== null && { finishedAt: new Date(finishedAtMs) }),
      ...(error !== null && { error: tell(error).slice(0, MAX_ERROR) }),
      ...(processedBy !== null && { processedBy }),
      ...(schedulerId !== null && { scheduleId: schedulerId }),
      ...(parent !== null && { parent: { ...parent } }),
    };
  }

  /** The row's values as this caller may see them; `undefined` for one that was not read. */
  valuesOf(row: JobRow): Partial<Record<JobRoot, unknown>> {
    return {
      data: this.readable('data', row.data ?? null),
      result: this.readable('result', row.result ?? null),
      progress: this.readable('progress', row.progress),
    };
  }

  /** One value, cut when its JSON is larger than `maxBytes`. */
  value(root: JobValueField, { json, bytes }: JobValue, maxBytes: number): JobValueView {
    if (bytes === 0) return { bytes, cut: false };
    if (json === null || bytes > maxBytes) return { bytes, cut: true };
    return { value: redact(this.rules, root, parse(json)).value, bytes, cut: false };
  }

  /** Takes out of texts what the rules take out of the job's values. */
  scrubber({ values }: Pick<JobRecord, 'values'>): (text: string) => string {
    if (!this.redacts) return (text) => text;
    const hidden = valueFields.map((field) => this.secretsIn(field, values[field]));
    return (text) => {
      if (hidden.some((secrets) => secrets === null)) return REDACTED;
      const secrets = hidden.flatMap((found) => found ?? []);
      const mayBeCut = text.length <= MAX_ERROR && Buffer.byteLength(text) >= CUT_BYTES;
      return mayBeCut ? scrubCut(text, secrets) : scrub(text, secrets);
    };
  }

  /** Whether the rules take something out of the job, or may: a value is too large to look through. */
  hidesOf({ values }: Pick<JobRecord, 'values'>): boolean {
    if (!this.redacts) return false;
    return valueFields.some((field) => {
      const { json, bytes } = values[field];
      return bytes > 0 && (json === null || redact(this.rules, field, parse(json)).hidden);
    });
  }

  /** What kind of failure the row's is, as this caller may see it; of a row that was read with its stack. */
  signatureOf(row: JobRow): FailureSignature {
    const tell = this.scrubberOf(row);
    return signFailure(tell(row.error ?? ''), row.stack == null ? null : tell(row.stack));
  }

  private scrubberOf(row: JobRow): (text: string) => string {
    const valueFrom = (json: string | null | undefined, bytes: number) => ({ json: json ?? null, bytes });
    const values = { data: valueFrom(row.data, row.dataBytes), result: valueFrom(row.result, row.resultBytes) };
    // A row's progress is told whole or not at all, and its options are not read.
    const progress = valueFrom(row.progress, row.progress?.length ?? 0);
    return this.scrubber({ values: { ...values, options: none, progress } });
  }

  /** `null`: too large to know. */
  private secretsIn(root: JobRoot, { json, bytes }: JobValue): readonly string[] | null {
    if (bytes === 0) return [];
    return json === null ? null : redact(this.rules, root, parse(json)).secrets;
  }

  private readable(root: JobRoot, json: string | null): unknown {
    return json === null ? undefined : redact(this.rules, root, parse(json)).value;
  }
}

const valueFields = ['data', 'options', 'result', 'progress'] as const satisfies readonly JobValueField[];
const none: JobValue = { json: null, bytes: 0 };

/** What happened to a job, as far as BullMQ keeps it. `tell` takes out what may not be shown. */
export function timelineOf({ row, stacks }: JobRecord, tell: (text: string) => string): JobTimelineEntry[] {
  const failed = stacks.map(
    (stack, index): JobTimelineEntry => ({
      kind: 'attempt-failed',
      attempt: index + 1,
      // Cut afterwards: half a secret would not be found.
      error: firstLine(tell(stack)),
    }),
  );
  const { addedAtMs, dueAtMs, startedAtMs, finishedAtMs, processedBy, state, error } = row;
  // The last failure is the end of a failed job, told below.
  if (state === 'failed') failed.pop();
  return [
    { kind: 'added', at: new Date(addedAtMs) },
    ...failed,
    ...(dueAtMs === null ? [] : [{ kind: 'due' as const, at: new Date(dueAtMs) }]),
    ...(startedAtMs === null
      ? []
      : [
          {
            kind: 'started' as const,
            at: new Date(startedAtMs),
            attempt: Math.max(1, row.attemptsStarted),
            ...(processedBy !== null && { worker: processedBy }),
          },
        ]),
    ...(finishedAtMs === null || (state !== 'completed' && state !== 'failed')
      ? []
      : [
          {
            kind: state,
            at: new Date(finishedAtMs),
            ...(state === 'failed' && error !== null && { error: tell(error) }),
          },
        ]),
  ];
}

export const firstLine = (stack: string): string => (stack.split('\n', 1)[0] ?? '').slice(0, MAX_ERROR);

/** A producer in another language may have stored anything. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
