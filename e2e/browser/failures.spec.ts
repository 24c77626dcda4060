import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { expectAccessible, expectFitsPhone, signIn } from '../support/dashboard-page.js';
import { DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

/** Failures by kind, retried canary first; and everything that a search finds. Against real workers. */

const droverModule = pathToFileURL(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/drover/dist/index.js'),
).href;

let project: Project;
let drover: DroverProcess;

test.beforeAll(async () => {
  project = new Project({
    'drover.config.mjs': `export default {
      environment: 'e2e',
      tickMs: 1000,
      queues: { payments: { processor: './jobs/payments.mjs', concurrency: 5, minWorkers: 1 } },
    };`,
    'jobs/payments.mjs': `export default async function charge({ data, attemptsMade, processedOn, timestamp }) {
      if (data.broken) throw new Error('the card of customer ' + data.customerId + ' was declined');
      if (processedOn - timestamp < 5000) throw new Error('bank ' + data.customerId + ' is away');
    };`,
    'seed.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const jobs = Array.from({ length: 40 }, (_, index) => ({
        name: 'charge', data: { customerId: index, broken: index % 4 === 0 },
      }));
      await drover.queue('payments').addBulk(jobs);
      await drover.close();`,
  });
  drover = await DroverProcess.start(project);
  await runScript(project, 'seed.mjs');
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
});

test('groups failures, retries a mended one canary first, and stops at one that is still broken', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/jobs?tab=failures`);
  const away = page.locator('tr[data-row]', { hasText: 'bank <n> is away' });
  const declined = page.locator('tr[data-row]', { hasText: 'the card of customer <n> was declined' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect(away).toContainText('30', { timeout: 2_000 });
    await expect(declined).toContainText('10', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(page);

  await declined.click();
  await page.getByRole('button', { name: 'Retry the group…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry 10 jobs of this failure?' });
  await dialog.getByLabel('First').fill('2');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Retry 2 first' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Canary stopped it: the others were left alone')).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: 'Put away' }).click();
  await away.click();
  await page.getByRole('button', { name: 'Retry the group…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 5 first' }).click();
  await expect(page.getByText('Canary passed: 5 jobs completed')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^30 of 30 jobs/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(away).toHaveCount(0);
});

test('counts everything that matches, asks once, and removes it to the trash', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/jobs?state=failed&error=declined`);
  await expect(page.locator('tr[data-row]')).toHaveCount(10);
  await page.getByRole('button', { name: 'Remove all…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 10 jobs?' });
  await expect(dialog.getByText(/10 jobs match in 1 queue/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove 10 jobs' }).click();
  await expect(page.getByText(/^10 of 10 jobs/)).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
  await page.getByRole('button', { name: 'Search again' }).click();
  await expect(page.getByText('No job matches.')).toBeVisible();
  await page.getByRole('tab', { name: 'Trash' }).click();
  await expect(page.locator('tr[data-row]')).toHaveCount(10);
});
