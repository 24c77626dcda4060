import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ServerKind = 'drover' | 'raw' | 'bull-board';

export interface ServerUsage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

export interface ServerUnderTest {
  readonly url: string;
  readonly cookie: string;
  /** CPU time since it started and memory now; publishes a tick before when told to. */
  usage(tick?: number): Promise<ServerUsage>;
  stop(): Promise<void>;
}

/** Starts a server in a process of its own. `changed` queues differ from tick to tick. */
export async function startServer(
  kind: ServerKind,
  { queues, changed = 0, redisUrl = '' }: { queues: number; changed?: number; redisUrl?: string },
): Promise<ServerUnderTest> {
  const script = fileURLToPath(new URL('./server-process.ts', import.meta.url));
  const child: ChildProcess = fork(script, [kind, String(queues), String(changed), redisUrl]);
  const [{ url, cookie }] = (await once(child, 'message')) as [{ url: string; cookie: string }];
  return {
    url,
    cookie,
    async usage(tick) {
      child.send({ tick });
      const [usage] = (await once(child, 'message')) as [ServerUsage];
      return usage;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
