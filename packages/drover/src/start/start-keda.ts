import { readFile } from 'node:fs/promises';
import { createKedaMetrics, createScalingTargets, type KedaMetrics, startKedaScaler } from '@drover/control-plane';
import { Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import type { Shutdown } from './shutdown.js';
import type { ControlPlane } from './start-control-plane.js';
import { systemClock } from './system-clock.js';

/** Ticks that may fail before KEDA is told that nothing is known. */
const STALE_TICKS = 3;
const LEAST_STALE_MS = 15_000;

/** Serves decisions to KEDA where the configuration says so, on every replica. */
export async function startKeda(
  { actuators: { keda }, tickMs }: Pick<ResolvedConfig, 'actuators' | 'tickMs'>,
  { engine, reads }: Pick<ControlPlane, 'engine' | 'reads'>,
  log: Logger,
  shutdown: Shutdown,
): Promise<KedaMetrics | null> {
  if (keda === null) return null;
  const targets = createScalingTargets({
    readAssignment: () => engine.fleet.readAssignment(),
    current: () => reads.current(),
    nowMs: systemClock.nowMs,
    staleMs: Math.max(LEAST_STALE_MS, STALE_TICKS * tickMs),
  });
  const { host, port, token, tls } = keda;
  const scaler = await startKedaScaler({
    ...{ targets, host, port, token },
    tls: tls === null ? null : await readTls(tls),
    log: log.child({ part: 'keda' }),
  });
  shutdown.add("KEDA's scaler", () => scaler.stop());
  log.info({ host, port: scaler.port, tls: tls !== null }, "serving KEDA's external scaler");
  return token === null ? null : createKedaMetrics(targets, token);
}

async function readTls(tls: NonNullable<NonNullable<ResolvedConfig['actuators']['keda']>['tls']>) {
  const { certFile, keyFile, clientCaFile } = tls;
  try {
    const [cert, key, clientCa] = await Promise.all([
      readFile(certFile, 'utf8'),
      readFile(keyFile, 'utf8'),
      clientCaFile === null ? null : readFile(clientCaFile, 'utf8'),
    ]);
    return { cert, key, clientCa };
  } catch (error) {
    throw new Fault('invalid_input', 'A file that actuators.keda.tls names cannot be read.', { cause: error });
  }
}
