import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root } from './run.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const shop = spawn(process.execPath, [join(root, 'examples/shop/dist/start.js'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to the whole group; a supervisor sends TERM to us alone.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => shop.kill('SIGTERM'));
  // npm, told to end, ends without telling us: its end is the signal then.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    shop.kill('SIGTERM');
  }, 500);
  return new Promise((resolve) => {
    shop.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
});
