import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { startFixture } from '/work/main/packages/dashboard/dev/fixture-server.ts';

mkdirSync('/tmp/shots', { recursive: true });
const [what = 'overview', ...rest] = process.argv.slice(2);
const sizes = (rest[0] ?? '1440,360').split(',').map(Number);
const themes = (rest[1] ?? 'light,dark').split(',') as ('light' | 'dark')[];
const counts = (rest[2] ?? '12').split(',').map(Number);
const path = rest[3] ?? '/';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const queues of counts) {
  const fixture = await startFixture({ queues, tickMs: 2000 });
  for (const theme of themes)
    for (const width of sizes) {
      const page = await browser.newPage({ viewport: { width, height: width < 500 ? 780 : 1040 }, colorScheme: theme });
      page.on('console', (m) => m.type() === 'error' && console.log('console', m.text()));
      page.on('pageerror', (e) => console.log('pageerror', e.message));
      await page.goto(fixture.url + path);
      await page.waitForTimeout(1500);
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      console.log(what, queues, theme, width, 'nodes', nodes, 'overflow', over);
      await page.screenshot({ path: `/tmp/shots/${what}-${queues}-${theme}-${width}.png`, fullPage: queues <= 12 });
      await page.close();
    }
  await fixture.close();
}
await browser.close();
process.exit(0);
