import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from '@playwright/test';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const ROUNDS = 15;

export interface ChartDrawn {
  /** From a page without a chart until it is painted, its code loaded (ms). */
  readonly firstMs: number;
  /** Other numbers in the chart that is there, until they are painted (ms). */
  readonly againMs: readonly number[];
}

/** Draws the dashboard's own chart with that many series and points in a page that has nothing else. */
export async function drawChart(browser: Browser, series: number, points: number): Promise<ChartDrawn> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-chart-'));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const config = join(root, 'packages/dashboard/dev/chart-page/vite.config.ts');
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--config', config, '--outDir', folder], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const page = await context.newPage();
    await page.route('http://chart.invalid/**', async (route) => {
      const path = new URL(route.request().url()).pathname;
      const file = join(folder, path === '/' ? 'index.html' : path);
      await route.fulfill({ body: await readFile(file), contentType: types[extname(file)] ?? 'text/plain' });
    });
    await page.goto('http://chart.invalid/');
    await page.waitForFunction('typeof drawChart === "function"');
    const draw = (round: number) => page.evaluate<number>(`drawChart(${series}, ${points}, ${round})`);
    const firstMs = await draw(0);
    const againMs: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) againMs.push(await draw(round));
    if (!(await page.locator('canvas').count())) throw new Error('The page has drawn no chart.');
    return { firstMs, againMs };
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}
