import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('compiles every program that compiles against BullMQ’s Worker, and refuses what it refuses', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('ts7/package.json')), 'bin', 'tsc');
  const project = fileURLToPath(new URL('../tsconfig.types.json', import.meta.url));
  const compile = () => execFileSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8', stdio: 'pipe' });
  expect(compile).not.toThrow();
}, 60_000);
