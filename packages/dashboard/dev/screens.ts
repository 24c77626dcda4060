import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from '@playwright/test';
import { type Fixture, type FixtureOptions, startFixture } from './fixture-server.js';

/**
 * Looks at every screen of the built app over made-up data: a picture of each in both themes, wide and
 * narrow, accessibility by axe, size of the page. `node --conditions=drover-source --import tsx
 * packages/dashboard/dev/screens.ts <folder for the pictures> [words in the names of the screens]`
 */

interface Screen {
  readonly name: string;
  readonly path: string;
  readonly fixture: FixtureOptions;
  /** Brings the page into the state to look at. */
  readonly act?: (page: Page, fixture: Fixture) => Promise<void>;
}

const ready = '.qrow, .u-over, .first-steps, form';
const twelve = { queues: 12, tickMs: 2_000 };
const hotkey = (key: string) => async (page: Page) => {
  await page.waitForSelector(ready);
  await page.keyboard.press(key);
  await page.waitForSelector('dialog');
};

const screens: readonly Screen[] = [
  { name: 'overview', path: '/', fixture: twelve },
  { name: 'overview-one', path: '/', fixture: { queues: 1 } },
  { name: 'overview-thousand', path: '/', fixture: { queues: 1_000, tickMs: 2_000 } },
  { name: 'overview-empty', path: '/', fixture: { queues: 0 } },
  { name: 'overview-none-found', path: '/?q=nothing', fixture: twelve, act: (page) => seen(page, '.panel-state') },
  { name: 'queues', path: '/queues?sort=-waiting', fixture: twelve },
  { name: 'queue', path: '/queues/asset-processing', fixture: twelve },
  { name: 'queue-sampled', path: '/queues/legacy-imports', fixture: twelve },
  { name: 'queue-week', path: '/queues/payments?range=7d', fixture: twelve },
  { name: 'queue-missing', path: '/queues/nope', fixture: twelve, act: (page) => seen(page, '.panel-state') },
  {
    name: 'queue-table',
    path: '/queues/payments',
    fixture: twelve,
    act: async (page) => {
      await page.focus('.chart');
      await page.keyboard.press('t');
      await page.waitForSelector('.chart-table');
    },
  },
  { name: 'palette', path: '/', fixture: twelve, act: hotkey('Control+k') },
  { name: 'help', path: '/queues', fixture: twelve, act: hotkey('?') },
  { name: 'menu', path: '/', fixture: twelve, act: (page) => page.click('[aria-label^="Account"]') },
  { name: 'sign-in', path: '/', fixture: { queues: 1, signedOut: true }, act: (page) => page.click('[type=submit]') },
  { name: 'loading', path: '/', fixture: { ...twelve, delayMs: 60_000, streamBroken: true } },
  { name: 'polling', path: '/', fixture: { ...twelve, streamBroken: true } },
  {
    name: 'engine-away',
    path: '/',
    fixture: twelve,
    act: async (page, { world }) => {
      world.engineHealthy = false;
      await page.waitForSelector('.banner');
    },
  },
  {
    name: 'offline',
    path: '/queues/payments',
    fixture: twelve,
    act: async (page, { close }) => {
      await close();
      await page.waitForSelector('.banner');
    },
  },
];

const themes = ['light', 'dark'] as const;
const widths = [1_440, 360] as const;
const mostNodes = 3_000;

async function seen(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
}

async function look(
  browser: Browser,
  screen: Screen,
  theme: (typeof themes)[number],
  width: number,
): Promise<string[]> {
  const fixture = await startFixture(screen.fixture);
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 780 : 1_040 },
    colorScheme: theme,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  try {
    await page.goto(fixture.url + screen.path);
    if (screen.name !== 'loading') await page.waitForSelector(`${ready}, .panel-state`);
    await screen.act?.(page, fixture);
    await page.evaluate(() => document.fonts.ready);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, nodes } of violations) problems.push(`axe ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    const size = await page.evaluate(() => ({
      nodes: document.querySelectorAll('*').length,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    if (size.nodes > mostNodes) problems.push(`${size.nodes} nodes in the page`);
    if (size.overflow > 0) problems.push(`${size.overflow} px wider than the window`);
    const path = join(folder, `${screen.name}-${theme}-${width}.png`);
    await page.screenshot({ path, fullPage: screen.fixture.queues <= 12 });
  } catch (error) {
    problems.push(String(error).slice(0, 300));
  }
  await context.close();
  await fixture.close().catch(() => undefined);
  return problems;
}

const [folder = 'screens', words = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.DROVER_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let failed = 0;
for (const screen of screens.filter(({ name }) => name.includes(words))) {
  for (const theme of themes) {
    for (const width of widths) {
      const problems = await look(browser, screen, theme, width);
      failed += problems.length;
      const verdict = problems.length === 0 ? 'fine' : `\n  ${problems.join('\n  ')}`;
      process.stdout.write(`${screen.name} ${theme} ${width}: ${verdict}\n`);
    }
  }
}
await browser.close();
process.exitCode = failed > 0 ? 1 : 0;
