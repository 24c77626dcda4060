import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { busyProject } from '../support/busy-project.js';
import { admin, DroverProcess, type Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

let project: Project;
let drover: DroverProcess;

test.beforeAll(async () => {
  project = busyProject({ thresholds: { alertAfterMs: 0 } });
  drover = await DroverProcess.start(project);
  await runScript(project, 'add-jobs.mjs', ['failing', '40']);
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
});

async function open(page: Page, path: string): Promise<void> {
  await page.goto(drover.url + path);
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page).toHaveURL(drover.url + path);
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
}

test('an alert is found, silenced, acknowledged, and leads to its moment', async ({ page }) => {
  await open(page, '/alerts');
  const row = page.getByRole('row').filter({ hasText: '100 % of jobs fail' });
  await expect(row).toBeVisible();
  await page.getByLabel('Severity').selectOption('warning');
  await expect(row).toBeHidden();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  await row.locator('.alert-message').click();
  await expect(page).toHaveURL(/alert=/);
  await expect(page.getByText(/Fired as/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Silence…' }).click();
  await page.getByRole('button', { name: 'Add silence' }).click();
  await expect(page.getByRole('alert')).toContainText('Say why');
  await page.getByLabel('Why').fill('a deployment');
  await page.getByRole('button', { name: 'Add silence' }).click();
  await expect(row.getByText('silenced')).toBeVisible();

  await row.getByRole('button', { name: /^Acknowledge:/ }).click();
  await expect(row).toContainText('you');
  await page.getByRole('tab', { name: /Silences/ }).click();
  await expect(page.getByRole('row').filter({ hasText: 'a deployment' })).toBeVisible();
  await page.getByRole('button', { name: /^End the silence/ }).click();
  await page.getByRole('button', { name: 'End it' }).click();
  await expect(page.getByText('Nothing is silenced.')).toBeVisible();

  await page.getByRole('tab', { name: /Active/ }).click();
  await row.getByRole('link', { name: 'See failing when it fired' }).click();
  await expect(page.getByRole('heading', { name: 'failing', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/from=.*&to=/);
});

test('thresholds survive a second admin, an ended session and a link away', async ({ page, context }) => {
  await open(page, '/alerts?tab=thresholds');
  const depth = page.getByLabel('Warning, jobs');
  await depth.fill('321');
  await expectAccessible(page);

  const elsewhere = await page.request.patch(`${drover.url}/api/admin/queue-system/alerts/thresholds`, {
    data: { queueDepth: { warning: 777 } },
    headers: { origin: drover.url },
  });
  expect(elsewhere.ok()).toBe(true);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Somebody else changed the thresholds')).toBeVisible();
  await expect(page.getByText(/→ 777 jobs/)).toBeVisible();
  await expect(depth).toHaveValue('321');

  await context.clearCookies();
  await page.getByRole('button', { name: 'Keep mine, save again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expectAccessible(page);
  await dialog.getByLabel('Password').fill(admin.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toBeHidden();
  await expect(depth).toHaveValue('321');

  await page.getByRole('link', { name: 'Overview' }).click();
  await page
    .getByRole('dialog', { name: /Leave without saving/ })
    .getByRole('button', { name: 'Stay' })
    .click();
  await expect(depth).toHaveValue('321');
});

test('people and tokens are managed, and the audit log has it', async ({ page }) => {
  await open(page, '/settings');
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByLabel('E-mail').fill('grace@example.test');
  await page.getByRole('dialog').getByRole('button', { name: 'Add account' }).click();
  await expect(page.getByRole('heading', { name: 'grace@example.test can sign in' })).toBeVisible();
  expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toMatch(/.{12}/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'grace@example.test' })).toBeVisible();

  await page.getByRole('button', { name: `Disable ${admin.email}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('last admin');
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.goto(`${drover.url}/activity`);
  const entry = page.getByRole('row').filter({ hasText: 'user.create' }).filter({ hasText: 'grace@example.test' });
  await entry.getByText('user.create').click();
  await expect(page.getByRole('row', { name: 'role not set viewer' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Result').selectOption('failed');
  await expect(page.getByRole('row').filter({ hasText: 'user.update' })).toBeVisible();
  await expect(entry).toBeHidden();
});
