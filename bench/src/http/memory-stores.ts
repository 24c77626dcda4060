import { type ApiServices, AuditTrail, createAuditService } from '@drover/control-plane';
import { type AuditLog, Fault, type SettingsDocument, type SettingsStore } from '@drover/core';

/** Settings in memory: the benchmark measures HTTP, not an engine. */
export class MemorySettings implements SettingsStore {
  readonly #documents = new Map<string, SettingsDocument>();

  async get(key: string): Promise<SettingsDocument | null> {
    return this.#documents.get(key) ?? null;
  }
  async list(prefix: string): Promise<readonly SettingsDocument[]> {
    return [...this.#documents.values()].filter(({ key }) => key.startsWith(prefix));
  }
  async put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument> {
    const version = this.#documents.get(key)?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version)
      throw new Fault('conflict', `${key} has changed.`);
    const document = { key, value, version: version + 1, updatedAtMs: Date.now() };
    this.#documents.set(key, document);
    return document;
  }
  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(key);
  }
  async changesSince() {
    return { revision: 1, documents: [...this.#documents.values()], deleted: [] };
  }
}

const noAudit: AuditLog = {
  append: async () => undefined,
  query: async () => ({ entries: [], nextBeforeId: null }),
  prune: async () => undefined,
};

export const noTrail = new AuditTrail({ audit: noAudit, nowMs: Date.now });

/** The benchmark asks for what the snapshot holds; the services of other areas can do nothing. */
const asked: Partial<ApiServices> = {
  audit: createAuditService({ trail: noTrail, log: noAudit }),
  topics: { head: null, after: () => null, subscribe: () => () => undefined },
};

export const noServices = new Proxy(asked, {
  get: (services, area) => Reflect.get(services, area) ?? {},
}) as ApiServices;
