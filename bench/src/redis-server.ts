import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BenchRedis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A Redis of the benchmark's own, without persistence, on a free port of this machine. With
 * `ownCore` it runs on the last core and this process on the others, as on a host of its
 * own: what a script takes is then its work, not the time it waited for a core.
 */
export async function startBenchRedis({ ownCore = false } = {}): Promise<BenchRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
  const port = await freePort();
  const program = process.env.DROVER_TEST_REDIS ?? 'redis-server';
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const lastCore = cpus().length - 1;
  const [command = program, ...rest] = ownCore
    ? ['taskset', '-c', String(lastCore), program, ...args]
    : [program, ...args];
  const server: ChildProcess = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (ownCore) execFileSync('taskset', ['-acp', `0-${Math.max(0, lastCore - 1)}`, String(process.pid)]);
  await new Promise<void>((resolve, reject) => {
    let output = '';
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}:\n${output}`)));
    // Read to the end: a server whose output nobody takes dies at its next line.
    server.stdout?.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
