import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const readyLine = /Drover ready on (http\S+)/;

export interface DroverChild {
  /** Absent when it could not be started. */
  readonly pid: number | undefined;
  /** Drover's address; rejects when it ends before it is ready. */
  readonly ready: Promise<string>;
  /** The exit code to end with. */
  readonly ended: Promise<number>;
  terminate(): void;
}

/** Runs `drover start`, its output passed through. */
export function startDrover(args: readonly string[], environment: NodeJS.ProcessEnv): DroverChild {
  const bin = fileURLToPath(new URL('../bin/drover.js', import.meta.resolve('drover')));
  const child: ChildProcess = spawn(process.execPath, [bin, 'start', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C must reach Drover once, through us, after the storefront has stopped.
    detached: true,
  });
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      console.error(`shop: Drover did not start: ${error.message}`);
      resolve(1);
    });
    // Not 'exit': its last lines may still be in the pipe.
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1)));
  });
  const ready = new Promise<string>((resolve, reject) => {
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        console.log(line);
        const url = readyLine.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
    ended.then(() => reject(new Error('Drover ended before it was ready')));
  });
  return { pid: child.pid, ready, ended, terminate: () => child.kill('SIGTERM') };
}
