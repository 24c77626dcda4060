import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/**
 * What a browser loads before the first screen, gzipped: every script and style sheet that the built index.html
 * names. Fails above the limit. `node packages/dashboard/dev/first-load.mjs`, after `vite build`.
 */

const limitKB = 150;
const aimKB = 110;

const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const files = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
if (files.length === 0) throw new Error(`${fileURLToPath(dist)}index.html names no script: build the dashboard first.`);

let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  process.stdout.write(`${(bytes / 1_000).toFixed(1).padStart(7)} KB  ${file}\n`);
}
const totalKB = total / 1_000;
process.stdout.write(`${totalKB.toFixed(1).padStart(7)} KB  first load, gzipped (limit ${limitKB}, aim ${aimKB})\n`);
if (totalKB > limitKB) {
  process.stderr.write(`The first load is ${totalKB.toFixed(1)} KB, above ${limitKB} KB.\n`);
  process.exitCode = 1;
}
