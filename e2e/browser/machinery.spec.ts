import { expect, test } from '@playwright/test';
import { busyProject } from '../support/busy-project.js';
import { expectAccessible, expectFitsPhone, signIn } from '../support/dashboard-page.js';
import { apiToken, DroverProcess, type Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

/** Views that steer: workers, operations, limits, timeouts, scaling; against real workers. */

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

async function change(method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${drover.url}/api/admin/queue-system${path}`, {
    method,
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

test('recycles a worker with a reason, until its replacement is there', async ({ page }) => {
  await signIn(page, drover.url);
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await expect(page.getByRole('heading', { name: 'Workers & memory', level: 1 })).toBeVisible();
  const rows = page.locator('tr[data-row]');
  await expect(rows).toHaveCount(3);
  await expectAccessible(page);

  await page.getByLabel('Queue', { exact: true }).selectOption('failing');
  await expect(rows).toHaveCount(1);
  const old = (await rows.getAttribute('data-row')) ?? '';
  await rows.locator('td').nth(4).click();
  const drawer = page.getByRole('dialog', { name: `Worker ${old}` });
  await expect(drawer).toContainText('Up for');
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'Recycle…' }).click();

  const dialog = page.getByRole('dialog', { name: `Recycle ${old}?` });
  await dialog.getByRole('button', { name: `Recycle ${old}` }).click();
  await expect(dialog).toContainText('Say why');
  await dialog.getByLabel('Reason').fill('new certificates');
  await dialog.getByRole('button', { name: `Recycle ${old}` }).click();
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Escape');
  const recycles = page.getByRole('region', { name: 'Recycles', exact: true }).first();
  await expect(recycles).toContainText('new certificates');
  await expect(recycles).toContainText('done', { timeout: 40_000 });
  await expect(rows).toHaveCount(1);
  await expect(rows).not.toHaveAttribute('data-row', old);
  await expectFitsPhone(page);
});

test('pauses at once, and cleans many queues with a result to read afterwards', async ({ page }) => {
  await runScript(project, 'add-jobs.mjs', ['failing', '30']);
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/queues/failing`);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();

  await page.getByRole('button', { name: /Retry 30 failed/ }).click();
  const retry = page.getByRole('dialog');
  await retry.getByLabel(/At most/).fill('10');
  await expectAccessible(page);
  await retry.getByRole('button', { name: 'Retry 10 jobs' }).click();
  await expect(page.getByRole('region', { name: /Retry failed jobs/ })).toContainText('10 of 10 jobs');

  await page.goto(`${drover.url}/queues`);
  await page.getByRole('button', { name: 'Choose queues' }).click();
  await page.getByLabel('Select all 2 queues').check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Clean…' }).click();
  const clean = page.getByRole('dialog');
  await expect(clean).toContainText(/touches up to \d+ jobs/);
  await clean.getByRole('button', { name: /Remove \d+ jobs/ }).click();
  await expect(page.getByRole('heading', { name: 'Remove failed jobs', level: 1 })).toBeVisible();
  await expect(page.locator('.operation')).toContainText('Done');
  await expect(page.locator('tr[data-row="failing"]')).toContainText('Done');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Operations' }).click();
  await expect(page.getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await expectFitsPhone(page);
});

test('edits a limit at the field, and loses nothing when somebody else was first', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/rate-limits?limiter=stripeApi`);
  const perHour = page.getByLabel('Per hour');
  await expect(perHour).toHaveValue('100000');
  await expectAccessible(page);
  await perHour.fill('5');
  await expect(page.getByText('Must not be less than per second')).toBeVisible();
  await perHour.fill('90000');
  await change('PATCH', '/rate-limits/stripeApi', { perSecond: 70 });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Somebody else changed' })).toContainText(
    'perSecond: 80 → 70',
  );
  await expect(perHour).toHaveValue('90000');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep mine, save again' }).click();
  await expect(page.getByText('Somebody else changed')).toBeHidden();
  const config = await drover.get<Record<string, unknown>>('/rate-limits');
  expect(config.stripeApi).toEqual({ perSecond: 70, perHour: 90_000 });

  await page.getByRole('button', { name: 'Add…' }).click();
  const add = page.getByRole('dialog');
  await add.getByLabel('Name').fill('maps');
  await add.getByLabel('Per minute').fill('60');
  await add.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL(/limiter=maps/);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('button', { name: /^maps/ })).toBeHidden();
  await expectFitsPhone(page);
});

test('enforces a timeout, and asks before changes are left', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/timeouts?queue=quick`);
  await page.getByLabel('Mode').selectOption('shadow');
  await page.getByRole('textbox', { name: /Timeout/ }).fill('0');
  await expect(page.getByText('Must be at least 0.001.')).toBeVisible();
  await page.getByRole('textbox', { name: /Timeout/ }).fill('2.5');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('tr[data-row="quick"]')).toContainText('2.5 s');
  await expect(page.locator('tr[data-row="quick"]')).toContainText('Shadow');
  await expectAccessible(page);
  await expectFitsPhone(page);
});

test('edits a policy, tries it on what happened, and holds the queue by hand', async ({ page }) => {
  await runScript(project, 'add-jobs.mjs', ['quick', '50']);
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/scaling?queue=quick&range=15m`);
  const maximum = page.getByLabel('Maximum');
  await expect(maximum).not.toHaveValue('');
  await maximum.fill('1');
  await expect(page.getByText('Must not exceed the maximum.')).toBeVisible();
  await maximum.fill('5');
  // Until the first jobs are in the history there is nothing to replay, and the panel says so.
  await expect(async () => {
    await page.getByRole('button', { name: /^Replay/ }).click();
    await expect(page.getByRole('columnheader', { name: 'Draft' })).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 45_000 });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('tr[data-row="quick"]')).toContainText('2–5');

  await page.getByRole('button', { name: 'Hold…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Workers' }).fill('3');
  await dialog.getByLabel('Reason').fill('a sale begins');
  await dialog.getByRole('button', { name: 'Hold at 3' }).click();
  await expect(page.getByText(/Held at 3 by .*: a sale begins/)).toBeVisible();
  await page.getByRole('button', { name: 'End the hold' }).click();
  await expect(page.getByText(/Held at 3 by/)).toBeHidden();
  await expectFitsPhone(page);
});

test('shows what belongs to a queue in its tabs', async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/queues/quick`);
  for (const tab of ['Workers', 'Scaling', 'Timeouts', 'Alerts']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tabpanel', { name: tab }).getByRole('heading').first()).toBeVisible();
    await expectAccessible(page);
  }
});
