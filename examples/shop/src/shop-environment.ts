import { join, resolve } from 'node:path';

/** Where the shop keeps its things. Set by `start` and inherited by Drover and its workers. */
export interface ShopEnvironment {
  readonly dataFolder: string;
  readonly outboxFolder: string;
  readonly sourceImagesFolder: string;
  readonly variantsFolder: string;
  readonly documentsFolder: string;
  readonly indexFolder: string;
  readonly databaseFolder: string;
  /** Address of the running shop's services, for workers that outlive a restart of it. Mode 0600. */
  readonly controlFile: string;
  readonly troublesFile: string;
}

export function shopEnvironment(env: NodeJS.ProcessEnv = process.env): ShopEnvironment {
  const dataFolder = resolve(env.SHOP_DATA_DIR ?? join(import.meta.dirname, '..', 'data'));
  return {
    dataFolder,
    outboxFolder: join(dataFolder, 'outbox'),
    sourceImagesFolder: join(dataFolder, 'images', 'sources'),
    variantsFolder: join(dataFolder, 'images', 'variants'),
    documentsFolder: join(dataFolder, 'documents'),
    indexFolder: join(dataFolder, 'index'),
    databaseFolder: join(dataFolder, 'database'),
    controlFile: join(dataFolder, 'control.json'),
    troublesFile: join(dataFolder, 'troubles.json'),
  };
}

/** A port or address that `start` must have set; its absence is a wrong start, not a job's failure. */
export function requiredSetting(name: 'SHOP_SMTP_PORT' | 'SHOP_PAYMENTS_URL', env = process.env): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run the shop's workers through its start script, dist/start.js`);
  }
  return value;
}
