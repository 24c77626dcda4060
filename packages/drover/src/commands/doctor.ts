import { existsSync } from 'node:fs';
import { type Engine, type EngineStatus, isFault } from '@drover/core';
import { openEngine } from '@drover/engines';
import { loadConfig } from '../config/load-config.js';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { type EngineArguments, engineOf } from './open-access.js';

type Verdict = 'ok' | 'warn' | 'fail';

interface Finding {
  readonly verdict: Verdict;
  readonly about: string;
  /** What was found, and for all but `ok` what to do. */
  readonly message: string;
}

/** `drover doctor`: exits with 1 when something must be mended before jobs are safe. */
export async function doctorCommand(options: EngineArguments): Promise<void> {
  const config = await loadConfig(options.config, engineOf(options));
  const findings = [node(), ...processors(config), ...(await examineEngine(config))];
  for (const finding of findings) process.stdout.write(line(finding));
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  const warned = findings.filter(({ verdict }) => verdict === 'warn').length;
  process.stdout.write(failed + warned === 0 ? '\nAll is well.\n' : `\n${failed} to mend, ${warned} to look at.\n`);
  if (failed > 0) process.exitCode = 1;
}

function node(): Finding {
  return { verdict: 'ok', about: 'Node', message: process.versions.node };
}

function processors({ queues }: ResolvedConfig): Finding[] {
  const configured = [...queues.values()];
  const missing = configured.filter(({ processor }) => processor !== null && !existsSync(processor));
  if (missing.length > 0) {
    return missing.map(({ queueName, processor }) => ({
      verdict: 'fail',
      about: 'Processor',
      message: `queue ${queueName} names ${processor}, which does not exist: build it, or mend the path`,
    }));
  }
  const run = configured.filter(({ processor }) => processor !== null).length;
  return [
    { verdict: 'ok', about: 'Configuration', message: `${run} queues to run, ${configured.length - run} to watch` },
  ];
}

async function examineEngine(config: ResolvedConfig): Promise<Finding[]> {
  let engine: Engine;
  try {
    engine = await openEngine(config.engine, config);
  } catch (error) {
    if (!isFault(error)) throw error;
    const notStarted = config.engine === 'embedded' && error.code === 'engine_unavailable';
    return [{ verdict: notStarted ? 'warn' : 'fail', about: 'Engine', message: error.message }];
  }
  try {
    const status = await engine.status();
    return [...reachable(status), ...clocks(status), ...warnings(status), ...(await leftovers(engine))];
  } finally {
    await engine.close();
  }
}

function reachable({ address, version, latencyMs }: EngineStatus): Finding[] {
  const slow = latencyMs > 20;
  const message = `${address}, ${version}, answers in ${latencyMs.toFixed(1)} ms`;
  return [
    {
      verdict: slow ? 'warn' : 'ok',
      about: 'Engine',
      message: slow ? `${message}: run Drover and its workers closer to it` : message,
    },
  ];
}

/** Locks of PostgreSQL workers use the client's clock. */
function clocks({ clockSkewMs }: EngineStatus): Finding[] {
  const skew = Math.abs(clockSkewMs);
  const message = `differ by ${skew.toFixed(0)} ms`;
  if (skew < 1_000) return [{ verdict: 'ok', about: 'Clocks', message }];
  return [
    { verdict: skew > 5_000 ? 'fail' : 'warn', about: 'Clocks', message: `${message}: synchronise both hosts (NTP)` },
  ];
}

function warnings(status: EngineStatus): Finding[] {
  return status.warnings.map((message) => ({ verdict: 'warn', about: 'Engine', message }));
}

/** What earlier runs left behind: jobs in hand that no worker reports, hosts that ended. */
async function leftovers(engine: Engine): Promise<Finding[]> {
  const [queueNames, reports, hosts] = await Promise.all([
    engine.queues.discover(),
    engine.fleet.readReports(),
    engine.fleet.readHosts(),
  ]);
  const readings = await engine.queues.readStates(queueNames, Date.now());
  const attended = new Set(reports.filter(({ state }) => state !== 'stopped').map(({ queueName }) => queueName));
  const deserted = readings.filter(
    (reading) => reading.ok && reading.state.active > 0 && !attended.has(reading.queueName),
  );
  return [
    { verdict: 'ok', about: 'Queues', message: `${queueNames.length} found` },
    {
      verdict: 'ok',
      about: 'Fleet',
      message: `${hosts.length} control planes, ${attended.size} queues with reporting workers`,
    },
    ...deserted.map(
      ({ queueName }): Finding => ({
        verdict: 'warn',
        about: 'Queue',
        message: `${queueName} has active jobs but no worker that reports: plain BullMQ workers, or jobs of a dead worker, which run again when one starts`,
      }),
    ),
  ];
}

const marks: Record<Verdict, string> = { ok: 'ok  ', warn: 'look', fail: 'MEND' };

function line({ verdict, about, message }: Finding): string {
  return `${marks[verdict]}  ${about.padEnd(14)} ${message}\n`;
}
