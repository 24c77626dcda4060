import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'packages/drover/bin/drover.js');

export const admin = { email: 'ada@example.test', password: 'correct horse battery' };
export const apiToken = 'test-token-of-sixteen-letters-or-more';

/** A project folder of its own with a configuration and handlers, removed at the end. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'drover-e2e-'));

  constructor(files: Readonly<Record<string, string>>) {
    // Run by root, PostgreSQL changes to another user, who must get through.
    chmodSync(this.folder, 0o755);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(this.folder, name, '..'), { recursive: true });
      writeFileSync(join(this.folder, name), content);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Node to run; this one by default. */
  readonly node?: string;
  readonly cli?: string;
}

/** A `drover` command that runs as a user would run it. */
export class DroverProcess {
  output = '';
  url = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
      });
    }
  }

  /** Runs `drover start` and resolves when it says that it is ready. */
  static async start(project: Project, options: RunOptions = {}): Promise<DroverProcess> {
    const drover = DroverProcess.run(project, ['start', ...(options.args ?? [])], options);
    const match = await drover.saw(/Drover ready on (http:\/\/\S+)/);
    drover.url = match[1] ?? '';
    return drover;
  }

  static run(project: Project, args: readonly string[], options: RunOptions = {}): DroverProcess {
    const { DROVER_ENGINE: _engine, DROVER_DATA_DIR: _dir, ...inherited } = process.env;
    const child = spawn(options.node ?? process.execPath, [options.cli ?? cli, ...args], {
      cwd: project.folder,
      env: {
        ...inherited,
        PORT: '0',
        DROVER_ADMIN_EMAIL: admin.email,
        DROVER_ADMIN_PASSWORD: admin.password,
        DROVER_API_TOKEN: apiToken,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new DroverProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with the first match in the output, already there or still to come; rejects when the process ends first. */
  async saw(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null) {
        throw new Error(`drover ended with ${this.child.exitCode} before it said ${pattern}:\n${this.output}`);
      }
      await Promise.race([
        once(this.child.stdout ?? this.child, 'data'),
        once(this.child.stderr ?? this.child, 'data'),
        once(this.child, 'exit'),
      ]);
    }
  }

  /** Ends it as Ctrl-C would and answers with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/admin/queue-system${path}`, {
      headers: { authorization: `Bearer ${apiToken}` },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
