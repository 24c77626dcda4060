import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadConfig as readConfigFile } from 'c12';
import { InvalidConfig } from './problems.js';
import { type ConfigOverrides, type ResolvedConfig, resolveConfig } from './resolve-config.js';

const names = ['drover.config.ts', 'drover.config.mts', 'drover.config.js', 'drover.config.mjs', 'drover.config.json'];

/**
 * Loads `drover.config.*` from a given path or the working folder. Without a file the
 * defaults hold: Drover then watches the queues it finds.
 */
export async function loadConfig(
  file: string | undefined,
  overrides: ConfigOverrides,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ResolvedConfig> {
  const folder = process.cwd();
  const path = file === undefined ? names.map((name) => resolve(folder, name)).find(existsSync) : resolve(folder, file);
  if (path === undefined) return resolveConfig({ value: {}, name: 'the environment', folder }, env, overrides);
  if (!existsSync(path)) throw new InvalidConfig(path, [{ path: '(the whole file)', message: 'does not exist' }]);
  const { config } = await readConfigFile({
    configFile: path,
    cwd: dirname(path),
    // The file alone counts: no package.json section, no home folder, no .env of somebody else.
    rcFile: false,
    globalRc: false,
    packageJson: false,
    dotenv: false,
    envName: false,
  });
  return resolveConfig({ value: config, name: path, folder: dirname(path) }, env, overrides);
}
