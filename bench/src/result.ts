import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../results/', import.meta.url));

export interface Target {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  /** `atMost`: the value must not exceed the limit. */
  readonly is: 'atMost' | 'atLeast';
}

/** Writes a benchmark's result with what is needed to judge and repeat it, and prints its targets. */
export function writeResult(name: string, targets: readonly Target[], figures: unknown): void {
  const judged = targets.map((target) => ({ ...target, met: met(target) }));
  const result = {
    benchmark: name,
    date: new Date().toISOString(),
    command: `npm run bench -- ${name}`,
    commit: git('rev-parse', '--short', 'HEAD'),
    node: process.versions.node,
    machine: { cores: cpus().length, model: cpus()[0]?.model.trim(), memoryGB: Math.round(totalmem() / 2 ** 30) },
    targets: judged,
    figures,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  for (const { name: target, value, limit, is, met: reached } of judged) {
    const bound = is === 'atMost' ? '≤' : '≥';
    console.log(`${reached ? 'met   ' : 'MISSED'}  ${target}: ${round(value)} (${bound} ${limit})`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Median with the smallest and largest: the spread of a noisy machine belongs to the number. */
export function spread(values: readonly number[]): { median: number; min: number; max: number; rounds: number } {
  return {
    median: round(median(values)),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
    rounds: values.length,
  };
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function met({ value, limit, is }: Target): boolean {
  return is === 'atMost' ? value <= limit : value >= limit;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
