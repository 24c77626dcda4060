import type { EngineLog } from '@drover/engines';
import { type Logger, pino } from 'pino';

/** Structured logs, one JSON object a line, on standard error: standard output is for people. */
export function createLog(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  // Nobody reads the log any more: work goes on.
  destination.on('error', () => undefined);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['password', '*.password', 'token', '*.token', 'authorization', 'cookie', '*.cookie', 'headers'],
    },
    destination,
  );
}

export function engineLog(log: Logger): EngineLog {
  return (level, message) => log[level]({ part: 'engine' }, message);
}
