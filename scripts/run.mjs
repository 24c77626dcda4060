import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** npm as the child processes find it: on Windows it is a script. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Runs a command to its end, its output shown as it comes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: output only when it fails
 */
export async function run(command, args, options = {}) {
  const { code, output } = await tryRun(command, args, options);
  if (code === 0) return;
  if (options.quiet) process.stderr.write(output);
  throw new CommandFailed(`${command} ${args.join(' ')} ended with ${code}`, code);
}

/** As `run`, but answers with the exit code. */
export async function tryRun(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(127);
    });
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? (signal ? 1 : 0)));
  });
  return { code, output };
}

export class CommandFailed extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** Prints what is being done and, when it took a while, for how long. */
export async function step(title, action) {
  const startedAt = performance.now();
  process.stdout.write(`drover: ${title} …\n`);
  const result = await action();
  const seconds = (performance.now() - startedAt) / 1000;
  if (seconds >= 1) process.stdout.write(`drover: ${title}: ${seconds.toFixed(1)} s\n`);
  return result;
}

/** Ends the process with a failed command's code and one line instead of a stack. */
export async function main(action) {
  try {
    process.exitCode = (await action()) ?? 0;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    process.stderr.write(`drover: ${error.message}\n`);
    process.exitCode = error.code || 1;
  }
}
