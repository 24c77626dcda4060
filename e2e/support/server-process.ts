import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server that a test starts and ends: known by the address that it prints. */
export class ServerProcess {
  output = '';
  url = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
      });
    }
  }

  /** Runs to its end. */
  static async run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const server = ServerProcess.#spawn(args, cwd, env);
    await once(server.child, 'close');
    return server;
  }

  /** Resolves once the output has an address; rejects with the output when it ends before. */
  static async start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const server = ServerProcess.#spawn(args, cwd, env);
    const { child } = server;
    for (;;) {
      const found = /http:\/\/(127\.0\.0\.1|localhost):\d+/.exec(server.output);
      if (found) {
        server.url = found[0];
        return server;
      }
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${server.output}`);
      await Promise.race([
        once(child.stdout ?? child, 'data'),
        once(child.stderr ?? child, 'data'),
        once(child, 'exit'),
      ]);
    }
  }

  static #spawn(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): ServerProcess {
    const options = { cwd, env: { ...process.env, ...env } };
    return new ServerProcess(spawn(process.execPath, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    return this.child.exitCode;
  }
}
