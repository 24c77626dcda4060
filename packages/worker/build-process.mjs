/**
 * Bundles what a job's process loads. The program of a worker process: one file starts in two thirds of the time that
 * Node takes to find and load BullMQ's and its drivers' 400 modules. Both drivers are in it,
 * but only the one that is used is ever evaluated. And the drop-in worker: a program that changes its import gets one
 * module more, with the few parts of @drover/core that a worker needs, instead of hundreds.
 *
 * `node packages/worker/build-process.mjs [folder]` writes dist/drop-in and dist/worker-process,
 * or the latter alone, into the folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';

/** Node's arguments of a spawned worker process, as in src/process/spawn-worker-process.ts. */
export const spawnArguments = ['--initial-old-space-size=12'];

const here = dirname(fileURLToPath(import.meta.url));
const bullmq = dirname(createRequire(import.meta.url).resolve('bullmq'));

export async function buildProcess(target = join(here, 'dist', 'worker-process')) {
  // Built beside and moved into place: a supervisor may be starting workers from it now.
  const outdir = `${target}.${process.pid}`;
  mkdirSync(outdir, { recursive: true });
  // The package is ESM, the bundle is not.
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  await build({
    entryPoints: {
      'drover-worker': join(here, 'src', 'process', 'launch.ts'),
      'worker-process': join(here, 'src', 'process', 'main.ts'),
      'exit-with-parent': join(here, 'src', 'process', 'exit-with-parent.ts'),
      // BullMQ looks for the programs of its sandboxed children beside its own file.
      main: join(bullmq, 'classes', 'main.js'),
      'main-worker': join(bullmq, 'classes', 'main-worker.js'),
    },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['drover-source'],
    external: ['pg-native'],
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: "const __moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__moduleUrl' },
    logLevel: 'warning',
  });
  const files = [join(outdir, 'worker-process.js'), join(target, 'worker-process.js')];
  writeCodeCache(...files, '.cache');
  // V8 takes a cache only under the flags that it was made with.
  execFileSync(process.execPath, [...spawnArguments, fileURLToPath(import.meta.url), '--cache', ...files]);
  rmSync(target, { recursive: true, force: true });
  renameSync(outdir, target);
}

/**
 * BullMQ and the drivers stay the application's own: its queues and our worker share their
 * classes. Once for `import` and once for `require`, each with BullMQ's build of the same
 * kind: a program that requires would else load a second BullMQ, whose errors are not
 * instances of the first one's classes.
 */
export async function buildDropIn() {
  for (const format of ['esm', 'cjs'])
    await build({
      entryPoints: [join(here, 'src', 'index.ts')],
      outfile: join(here, 'dist', 'drop-in', format === 'esm' ? 'index.js' : 'index.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      conditions: ['drover-source'],
      external: ['bullmq', 'ioredis', 'pg'],
      sourcemap: true,
      logLevel: 'warning',
    });
}

/** V8's compiled form, taken after the bundle has run once, so that it holds what start-up needs. */
function writeCodeCache(file, filename, suffix) {
  const source = readFileSync(file, 'latin1');
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, { filename });
  const module = { exports: {}, filename: file };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  writeFileSync(`${file}${suffix}`, script.createCachedData());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, file, filename] = process.argv.slice(2);
  if (first === '--cache') {
    writeCodeCache(file, filename, '.spawned.cache');
    process.exit(0);
  }
  await buildProcess(first);
  if (first === undefined) await buildDropIn();
}
