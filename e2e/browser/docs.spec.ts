import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { busyProject } from '../support/busy-project.js';
import { admin, DroverProcess, type Project } from '../support/run-drover.js';

let project: Project;
let drover: DroverProcess;

test.beforeAll(async () => {
  project = busyProject();
  drover = await DroverProcess.start(project);
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
});

test('the page of the API is found after signing in, searched, and read in any light', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  // What the Content-Security-Policy refuses is said here.
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));

  await page.goto(`${drover.url}/api/admin/queue-system/docs`);
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: "Drover's HTTP API", level: 1 })).toBeVisible();

  const pause = page.getByRole('heading', { name: 'Pause a queue' });
  const health = page.getByRole('heading', { name: 'Health of the whole system' });
  await expect(health).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('pause queue engine_timeout');
  await expect(pause).toBeVisible();
  await expect(health).toBeHidden();
  await expect(page.getByRole('status')).toContainText(/calls?$/);
  await page.getByRole('searchbox', { name: 'Search' }).fill('');
  await page.getByRole('link', { name: 'Pause a queue' }).click();
  await expect(pause).toBeInViewport();

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // One of each kind: all calls look alike, and together they are more than axe gets through in a minute.
    const parts = ['nav', '#updateScalingPolicy', '#openEvents', '#fault-conflict', '#schema-QueueMetrics'];
    const axe = parts.reduce((builder, part) => builder.include(part), new AxeBuilder({ page }));
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(problems).toEqual([]);
  expect([...hosts]).toEqual([new URL(drover.url).host]);
});
