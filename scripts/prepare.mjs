import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root, run, step } from './run.mjs';

const stamps = join(root, 'node_modules', '.drover');

/** Installs exactly what the lockfile says, when it is missing or another one was installed. */
export async function ensureInstalled() {
  checkNode();
  const wanted = hash([readFileSync(join(root, 'package-lock.json')), process.platform, process.arch, nodeMajor()]);
  if (readStamp('install') === wanted) return;
  await step('installing dependencies (npm ci)', () => run(npm, ['ci', '--no-audit', '--no-fund']));
  writeStamp('install', wanted);
}

const packages = ['core', 'contract', 'engines', 'worker', 'control-plane', 'client', 'react', 'drover'].map(
  (name) => `packages/${name}`,
);

/** What is built, from which files, into what. A part whose files are as at its last build is left alone. */
const parts = [
  {
    name: 'types and modules',
    inputs: [
      'tsconfig.base.json',
      'tsconfig.json',
      ...[...packages, 'examples/shop', 'testkit', 'bench'].flatMap(sources),
    ],
    outputs: packages.map((folder) => `${folder}/dist/index.js`),
    build: () => run(process.execPath, ['node_modules/ts7/bin/tsc', '-b', ...tscProjects()]),
  },
  {
    name: 'worker',
    inputs: ['packages/core', 'packages/worker'].flatMap(sources).concat('packages/worker/build-process.mjs'),
    outputs: ['drop-in/index.js', 'drop-in/index.cjs', 'worker-process/drover-worker.js'].map(
      (file) => `packages/worker/dist/${file}`,
    ),
    build: () => run(process.execPath, ['packages/worker/build-process.mjs']),
  },
  {
    name: 'dashboard',
    inputs: ['packages/contract', 'packages/client', 'packages/react', 'packages/dashboard']
      .flatMap(sources)
      .concat('packages/dashboard/index.html', 'packages/dashboard/vite.config.ts', 'packages/dashboard/public'),
    outputs: ['packages/dashboard/dist/index.html'],
    build: () =>
      run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
        cwd: join(root, 'packages/dashboard'),
        // Whatever runs us (a test runner, a developer's shell): users get React's production build.
        env: { NODE_ENV: 'production' },
      }),
  },
];

/** Builds what is missing or stale. */
export async function ensureBuilt() {
  for (const part of parts) {
    const wanted = hash([readFileSync(join(root, 'package-lock.json')), ...part.inputs.map(fingerprint)]);
    const present = part.outputs.every((output) => existsSync(join(root, output)));
    if (present && readStamp(part.name) === wanted) continue;
    await step(`building ${part.name}`, part.build);
    writeStamp(part.name, wanted);
  }
}

function tscProjects() {
  return [...packages, 'examples/shop', 'testkit', 'bench'];
}

function sources(folder) {
  return [`${folder}/src`, `${folder}/package.json`, `${folder}/tsconfig.json`];
}

/** Paths, sizes and times of a file or of all files below a folder. */
function fingerprint(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return `${path} absent`;
  const stat = statSync(absolute);
  if (!stat.isDirectory()) return `${path} ${stat.size} ${stat.mtimeMs}`;
  return readdirSync(absolute)
    .sort()
    .map((name) => fingerprint(`${path}/${name}`))
    .join('\n');
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Drover needs Node 20.19 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}

function nodeMajor() {
  return process.versions.node.split('.')[0];
}

function hash(values) {
  const digest = createHash('sha256');
  for (const value of values) digest.update(value).update('\0');
  return digest.digest('hex');
}

function readStamp(name) {
  const file = stampFile(name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stampFile(name), value);
}

function stampFile(name) {
  return join(stamps, `${name.replaceAll(' ', '-')}.stamp`);
}
