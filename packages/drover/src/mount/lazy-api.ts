import { type Connection, errorReply, type MountedApi } from '@drover/control-plane';
import type { Logger } from 'pino';

/** An API that begins with its first request. One that could not begin is tried again with the next. */
export class LazyApi implements MountedApi {
  readonly #begin: () => Promise<MountedApi>;
  readonly #log: Logger;
  #begun: Promise<MountedApi> | undefined;

  constructor(begin: () => Promise<MountedApi>, log: Logger) {
    this.#begin = begin;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#running();
  }

  async fetch(request: Request, connection?: Connection): Promise<Response> {
    try {
      const api = await this.#running();
      return await api.fetch(request, connection);
    } catch (error) {
      return errorReply(error, this.#log);
    }
  }

  /** Safe to call twice; a request that comes later begins anew. */
  async close(): Promise<void> {
    const begun = this.#begun;
    this.#begun = undefined;
    await begun?.then(
      (api) => api.close(),
      // It had not begun: there is nothing to end.
      () => undefined,
    );
  }

  /** Everybody who comes meanwhile waits for the same beginning. */
  #running(): Promise<MountedApi> {
    if (this.#begun) return this.#begun;
    const begun = this.#begin();
    this.#begun = begun;
    begun.catch(() => {
      if (this.#begun === begun) this.#begun = undefined;
    });
    return begun;
  }
}
