import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Project } from './run-drover.js';

const execute = promisify(execFile);

/** Runs one of the project's scripts to its end and answers with what it printed. */
export async function runScript(
  project: Project,
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await execute(process.execPath, [script, ...args], {
    cwd: project.folder,
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return stdout;
}
