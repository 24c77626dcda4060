import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface DashboardServer {
  readonly url: string;
  /** Of a signed-in session. */
  readonly cookie: { readonly name: string; readonly value: string };
  /** Publishes that tick to every open page. */
  tick(seq: number): void;
  stop(): Promise<void>;
}

/** Starts the control plane with the built dashboard in a process of its own. */
export async function startDashboard(queues: number): Promise<DashboardServer> {
  const child = fork(fileURLToPath(new URL('./dashboard-process.ts', import.meta.url)), [String(queues)]);
  const [{ url, cookie }] = (await once(child, 'message')) as [Pick<DashboardServer, 'url' | 'cookie'>];
  return {
    url,
    cookie,
    tick: (seq) => void child.send(seq),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
