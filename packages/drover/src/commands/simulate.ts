import { readFile } from 'node:fs/promises';
import { updateScalingPolicyBody } from '@drover/contract/schemas';
import {
  basePolicy,
  effectivePolicy,
  Fault,
  policyProblems,
  readTraceCsv,
  type ScalingPolicy,
  type SimulationResult,
  settledPolicy,
  simulatePolicy,
} from '@drover/core';
import { table } from './table.js';

export interface SimulateOptions {
  readonly trace: string;
  readonly policy?: string;
  readonly serviceMs: number;
  readonly serviceCv: number;
  readonly startUpMs: number;
  readonly slots: number;
  readonly tickMs: number;
  readonly seed: number;
  readonly price?: number;
  readonly json?: boolean;
}

/** What holds of a policy that the file leaves out. */
const BOUNDS = { minWorkers: 1, maxWorkers: 10 };

/** `drover simulate`: replays arrivals under a policy, without an engine. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const read = readTraceCsv(await readText(options.trace));
  if ('problem' in read) throw new Fault('invalid_input', `${options.trace}: ${read.problem}.`);
  const policy = options.policy === undefined ? basePolicy(BOUNDS) : await readPolicy(options.policy);
  const { serviceMs, serviceCv, startUpMs, slots, tickMs, seed } = options;
  const result = simulatePolicy({
    trace: read.trace,
    service: { meanMs: serviceMs, cv: serviceCv },
    policy,
    startUpMs,
    slotsPerWorker: slots,
    lookMs: tickMs,
    seed,
  });
  const cost = options.price === undefined ? {} : { cost: options.price * result.workerHours };
  process.stdout.write(
    options.json ? `${JSON.stringify({ policy, ...result, ...cost }, null, 2)}\n` : inWords(result, cost),
  );
}

async function readPolicy(file: string): Promise<ScalingPolicy> {
  // As the API shows a policy, or as much of it as differs.
  const { queueName: _, version: __, ...fields } = parseJson(await readText(file), file);
  const parsed = updateScalingPolicyBody.safeParse(fields);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the policy'}: ${message}`);
    throw new Fault('invalid_input', `${file}: ${problems.join('; ')}.`);
  }
  const policy = settledPolicy(effectivePolicy(basePolicy(BOUNDS), parsed.data), parsed.data);
  const [problem] = policyProblems(policy);
  if (problem) throw new Fault('invalid_input', `${file}: ${problem.path}: ${problem.message}.`);
  return policy;
}

function parseJson(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new Fault('invalid_input', `${file}: is no JSON: ${(error as Error).message}.`);
  }
  throw new Fault('invalid_input', `${file}: must hold one policy.`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Fault('invalid_input', `${file}: cannot be read (${code ?? String(error)}).`);
  }
}

function inWords(result: SimulationResult, { cost }: { readonly cost?: number }): string {
  const { jobs, workerHours, busyHours, waitMs, objectiveMs, overObjectivePercent, actions, flips, durationMs } =
    result;
  const hours = durationMs / 3_600_000;
  const rows: [string, string][] = [
    ['jobs', `${jobs.toLocaleString('en')} in ${hours.toFixed(1)} h`],
    ['worker-hours', `${workerHours.toFixed(1)}, of which busy ${busyHours.toFixed(1)}`],
    ...(cost === undefined ? [] : ([['cost', cost.toFixed(2)]] satisfies [string, string][])),
    ['wait p50 / p95 / p99 / max', [waitMs.p50, waitMs.p95, waitMs.p99, waitMs.max].map(seconds).join(' / ')],
    [`waited over ${seconds(objectiveMs)}`, `${overObjectivePercent.toFixed(2)} % of jobs`],
    ['changes of the fleet', `${actions}, of which turns ${flips} (${(flips / hours).toFixed(1)} an hour)`],
  ];
  return table(['FIGURE', 'SIMULATED'], rows);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
