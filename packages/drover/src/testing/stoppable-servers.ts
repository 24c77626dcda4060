import { startPostgres, startRedis } from '@drover/testkit';

/** A server that a test may end and start again. */
export interface StoppableServer {
  readonly url: string;
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Lets it hang until `resume`. */
  suspend(): void;
  resume(): void;
  remove(): Promise<void>;
}

/** One of each engine, by its name. */
export const stoppableServers: Record<string, () => Promise<StoppableServer>> = {
  async redis() {
    const server = await startRedis();
    return { ...server, end: server.kill, begin: server.restart, remove: server.stop };
  },
  async postgres() {
    const server = await startPostgres();
    return { ...server, end: server.halt, begin: server.restart, remove: server.stop };
  },
};
