import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const published = ['core', 'contract', 'engines', 'worker', 'control-plane', 'client', 'react', 'drover'];

/** Runs npm to its end and answers with what it printed. */
export function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' },
  });
}

/** Packs what we publish into `tarballs` of a folder; answers with their paths from there. */
export function packPackages(folder: string): readonly string[] {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  for (const name of published) npm(['pack', '--pack-destination', tarballs, '--silent'], join(root, 'packages', name));
  return readdirSync(tarballs).map((name) => `./tarballs/${name}`);
}
