import { loadConfig } from '../config/load-config.js';
import type { ConfigOverrides, ResolvedConfig } from '../config/resolve-config.js';
import { createLog } from '../start/log.js';
import { type RunningDrover, startDrover } from '../start/start-drover.js';
import { type EngineArguments, engineOf } from './open-access.js';

interface StartArguments extends EngineArguments {
  readonly host?: string;
  readonly port?: number;
  readonly observe?: boolean;
  /** False with `--no-workers`. */
  readonly workers: boolean;
  readonly logLevel: string;
}

/** `drover start`: runs until a signal ends it. */
export async function startCommand(options: StartArguments): Promise<void> {
  const config = await loadConfig(options.config, overrides(options));
  const log = createLog(options.logLevel);
  const starting = startDrover({ config, log, observe: options.observe ?? false, env: process.env });
  const stopped = stopOnSignal(starting);
  const drover = await starting;
  announce(drover, config, options.observe ?? false);
  await stopped;
}

function overrides(options: StartArguments): ConfigOverrides {
  return {
    ...engineOf(options),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.workers ? {} : { runWorkers: false }),
  };
}

/** A terminal and npm both pass on one Ctrl-C: signals this close together are one. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves when a signal has ended everything. A second, later one ends the process without waiting for jobs. */
function stopOnSignal(starting: Promise<RunningDrover>): Promise<void> {
  return new Promise((resolve, reject) => {
    let signalledAtMs: number | null = null;
    const onSignal = (): void => {
      if (signalledAtMs !== null) {
        if (performance.now() - signalledAtMs > SAME_SIGNAL_MS) process.exit(130);
        return;
      }
      signalledAtMs = performance.now();
      process.stdout.write('Draining workers, then stopping. Again to stop at once.\n');
      starting.then((drover) => drover.stop()).then(resolve, reject);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    // A closed terminal: ended by it, Node would skip every exit handler and leave PostgreSQL behind.
    process.on('SIGHUP', onSignal);
  });
}

function announce({ url, admin, engineAddress }: RunningDrover, config: ResolvedConfig, observe: boolean): void {
  const running = [...config.queues.values()].filter(({ processor }) => processor !== null).length;
  const doing = observe
    ? 'Observing: no worker is started and nothing is changed.'
    : `Running workers for ${running} queues.`;
  const lines = [`Drover ready on ${url}`, `Engine ${engineAddress}. ${doing}`];
  if (admin.created && admin.generatedPassword) {
    lines.push(`Sign in as ${admin.email} with the password ${admin.generatedPassword} (shown only this once).`);
  } else if (admin.created) {
    lines.push(`Sign in as ${admin.email} with DROVER_ADMIN_PASSWORD.`);
  } else {
    lines.push('Sign in with your account; `drover user password <email>` sets a new password.');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
