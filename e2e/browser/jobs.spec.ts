import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFitsPhone, signIn } from '../support/dashboard-page.js';
import { DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

/** Jobs and schedules: found, understood, mended; against real workers. */

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
      redact: ['data.card.number'],
      queues: {
        payments: { processor: './jobs/payments.mjs', concurrency: 5, minWorkers: 1 },
        reports: { processor: './jobs/reports.mjs', concurrency: 2, minWorkers: 1 },
      },
    };`,
    'jobs/payments.mjs': `export default async ({ data, log }) => {
      if (data.declined) throw new Error('the card ' + data.card.number + ' was declined');
      return { charged: data.amount };
    };`,
    'jobs/reports.mjs': `export default async (job, token, signal) => {
      await job.updateProgress(40);
      await job.log('laying out page 1');
      if (job.data.quick) return;
      await new Promise((_resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('never told')), 300_000);
        signal.addEventListener('abort', () => { clearTimeout(timer); reject(new Error('stopped')); });
      });
    };`,
    'seed.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const card = { number: '4242424242424242' };
      const jobs = Array.from({ length: 60 }, (_, index) => ({
        name: 'charge', data: { customerId: index, amount: 5, declined: index % 5 === 0, card },
      }));
      await drover.queue('payments').addBulk(jobs);
      await drover.queue('reports').add('yearly', { year: 2026 });
      await drover.close();`,
  });
  drover = await DroverProcess.start(project);
  await runScript(project, 'seed.mjs');
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
});

/** `g` and a letter count together for a second only, which a busy machine may take between them. */
async function pressToGo(page: Page, letter: string, title: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 40_000 });
}

/** Goes from control to control with the Tab key until it stands on that one. */
async function tabTo(page: Page, role: 'link' | 'button' | 'row', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).first();
  await expect(wanted).toBeVisible();
  for (let step = 0; step < 80; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${role} ${name} cannot be reached by Tab.`);
}

test('leads from a count to the job that failed, and mends it, by keyboard alone', async ({ page }) => {
  await signIn(page, drover.url);
  await pressToGo(page, 'j', 'Jobs');
  await expectAccessible(page);
  await tabTo(page, 'link', '12 failed in payments');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/queue=payments&state=failed/);
  await expect(page.locator('tr[data-row]')).toHaveCount(12);
  await expect(page.locator('tr[data-row]').first()).toContainText('the card [redacted] was declined');
  await expectAccessible(page);

  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^charge/, level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Payload as JSON' })).toContainText('[redacted]');
  await expectAccessible(page);
  await tabTo(page, 'button', 'Show hidden values');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Payload as JSON' })).toContainText('4242424242424242');

  await tabTo(page, 'button', 'Edit and run again…');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Edit charge/ });
  const payload = dialog.getByLabel('Payload, JSON');
  await expect(payload).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{ "amount": 7');
  await page.keyboard.press('Tab');
  await expect(dialog.getByText(/Is no JSON/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' }');
  await tabTo(page, 'button', 'Save');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Result as JSON' })).toContainText('"charged": 7');
  await expectFitsPhone(page);
});

test('searches by a path, removes what it found, and brings it back', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/jobs`);
  await page.getByLabel('Value at a path').fill('customerId');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/is no condition/)).toBeVisible();
  await page.getByLabel('Value at a path').fill('data.customerId < 10 and data.declined = true');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^2 jobs found, all \d+ jobs looked at\.$/).first()).toBeVisible();
  await expectAccessible(page);
  const found = page.url();

  await page.getByLabel('Select all 2 rows').check();
  await page.getByRole('button', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 2 jobs of payments?' });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove 2 jobs' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Search again' }).click();
  await expect(page.getByText('No job matches.')).toBeVisible();

  await page.getByRole('tab', { name: 'Trash' }).click();
  await expect(page.locator('tr[data-row]')).toHaveCount(2);
  await expectAccessible(page);
  await page.getByLabel('Select all 2 rows').check();
  await page.getByRole('button', { name: 'Restore 2 jobs' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await page.goto(found);
  await expect(page.locator('tr[data-row]')).toHaveCount(2);
  await expectFitsPhone(page);
});

test('adds a job, finds it by its id in every queue, and cancels one that runs', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/jobs?queue=reports`);
  await page.getByRole('button', { name: 'Add a job…' }).click();
  const add = page.getByRole('dialog', { name: 'Add a job' });
  await add.getByLabel('Name').fill('yearly');
  await add.getByLabel('Id', { exact: true }).fill('42');
  await add.getByRole('button', { name: 'Add the job' }).click();
  await expect(add.getByText(/Must not be a whole number/)).toBeVisible();
  await expectAccessible(page);
  await add.getByLabel('Id', { exact: true }).fill('special');
  await add.getByRole('button', { name: 'Add the job' }).click();
  await expect(page).toHaveURL(/\/jobs\/reports\/special/);
  await expect(page.getByRole('progressbar', { name: 'Progress' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Log lines' })).toContainText('laying out page 1');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('special');
  await page.getByRole('option', { name: 'Find the job with the id special' }).click();
  await expect(page.getByText('1 job in 2 queues')).toBeVisible();

  await page.goto(`${drover.url}/workers?tab=jobs`);
  await expect(page.locator('tr[data-row]')).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel yearly, special' }).click();
  const cancel = page.getByRole('dialog');
  await cancel.getByLabel('Reason').fill('wrong year');
  await cancel.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(cancel).toBeHidden();
  await expect(page.locator('tr[data-row]')).toHaveCount(1);
  await page.goto(`${drover.url}/jobs/reports/special`);
  await expect(page.getByText(/wrong year/).first()).toBeVisible();
});

test('makes, runs, pauses and removes a schedule', async ({ page }) => {
  await signIn(page, drover.url);
  await pressToGo(page, 'c', 'Schedules');
  await expect(page.getByText('There is no schedule.')).toBeVisible();
  await page.getByRole('button', { name: 'Add a schedule…' }).first().click();
  const form = page.getByRole('dialog', { name: 'Add a schedule' });
  await form.getByLabel('Queue').selectOption('reports');
  await form.getByLabel('Id').fill('nightly');
  await form.getByLabel('Name of its jobs').fill('daily');
  await form.getByLabel('Cron pattern').fill('0 3 * * 1-5');
  await expect(form.getByText('at 03:00 on weekdays')).toBeVisible();
  await form.getByLabel('Time zone').fill('Moon/Tycho');
  await form.getByLabel('Payload, JSON').fill('{ "quick": true }');
  await form.getByRole('button', { name: 'Add the schedule' }).click();
  await expect(form.locator('.field-error')).toBeVisible();
  await expectAccessible(page);
  await form.getByLabel('Time zone').fill('America/New_York');
  await form.getByRole('button', { name: 'Add the schedule' }).click();
  await expect(form).toBeHidden();

  const drawer = page.getByRole('dialog', { name: 'Schedule nightly' });
  await expect(drawer.locator('.run-table tbody tr').first()).toContainText('03:00 New York');
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'Run now' }).click();
  await drawer.getByRole('button', { name: 'Pause' }).click();
  await expect(drawer.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.keyboard.press('Escape');
  const row = page.locator('tr[data-row]');
  await expect(row).toContainText('Paused');
  await expectAccessible(page);
  await expectFitsPhone(page);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${drover.url}/jobs?queue=reports&state=completed`);
  await expect(page.locator('tr[data-row]')).toContainText('daily');
  await page.goto(`${drover.url}/schedules?schedule=reports%2Fnightly`);
  await drawer.getByRole('button', { name: 'Remove…' }).click();
  await page
    .getByRole('dialog', { name: /^Remove the schedule/ })
    .getByRole('button', { name: 'Remove it' })
    .click();
  await expect(page.getByText('There is no schedule.')).toBeVisible();
});
