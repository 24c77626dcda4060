export type LogLevel = 'info' | 'warn' | 'error';
export type ProcessLog = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * JSON lines: what goes well on stdout, the rest on stderr. Not pino: loading it would cost
 * a tenth of the whole start-up.
 */
export function createProcessLog(bindings: Readonly<Record<string, unknown>>): ProcessLog {
  // When the supervisor is killed, its ends of our pipes are gone: the next line must not
  // bring down a worker that has jobs in hand.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return (level, message, fields = {}) => {
    const line = JSON.stringify({ level, time: Date.now(), ...bindings, msg: message, ...serialise(fields) });
    const stream = level === 'info' ? process.stdout : process.stderr;
    stream.write(`${line}\n`);
  };
}

function serialise(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? String(value)) : value,
    ]),
  );
}
