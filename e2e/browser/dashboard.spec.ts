import { expect, test } from '@playwright/test';
import { busyProject } from '../support/busy-project.js';
import { expectAccessible, signIn } from '../support/dashboard-page.js';
import { admin, DroverProcess, type Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

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

test('refuses a wrong password at the form, and keeps what was typed', async ({ page }) => {
  await page.goto(drover.url);
  await expectAccessible(page);
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/wrong|do not match|incorrect/i);
  await expect(page.getByLabel('Email')).toHaveValue(admin.email);
});

test('shows real jobs being processed, live, and says what is wrong', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));

  await signIn(page, drover.url);
  const quick = page.getByRole('row').filter({ hasText: 'quick' });
  await expect(quick).toContainText('Healthy');
  await runScript(project, 'add-jobs.mjs', ['quick', '300']);
  // Nothing is reloaded: the number arrives by itself.
  await expect(quick).toContainText('300');
  await runScript(project, 'add-jobs.mjs', ['quick', '200']);
  await expect(quick).toContainText('500');

  await runScript(project, 'add-jobs.mjs', ['failing', '40']);
  const failing = page.getByRole('row').filter({ hasText: 'failing' });
  await expect(failing).toContainText('Critical');
  await expect(failing).toContainText('100 % of jobs fail (limit 20 %)');
  await expectAccessible(page);

  await failing.getByRole('link', { name: 'failing' }).click();
  await expect(page.getByRole('heading', { name: 'failing', level: 1 })).toBeVisible();
  await expect(page.getByText('100 % of jobs fail (limit 20 %)').first()).toBeVisible();
  await expect(page.getByRole('img', { name: /throughput/i })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('radio', { name: '15m' }).click();
  await expect(page).toHaveURL(/range=15m/);
  await page.reload();
  await expect(page.getByRole('radio', { name: '15m' })).toBeChecked();

  await page.getByRole('button', { name: /account|Ada|user menu/i }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Drover' })).toBeVisible();
  expect(problems).toEqual([]);
  expect([...hosts]).toEqual([new URL(drover.url).host]);
});

test('returns to the page that was asked for after signing in', async ({ page }) => {
  await page.goto(`${drover.url}/queues/quick?range=6h`);
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'quick', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/queues\/quick\?range=6h/);
});

test('is usable by keyboard alone and at 360 px', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, drover.url);
  await expectAccessible(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(page.getByRole('heading', { name: 'Queues', level: 1 })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('stands still while paused and catches up when resumed', async ({ page }) => {
  await signIn(page, drover.url);
  const quick = page.getByRole('row').filter({ hasText: 'quick' });
  await expect(quick).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByText('Paused').first()).toBeVisible();
  const before = await quick.textContent();
  await runScript(project, 'add-jobs.mjs', ['quick', '77']);
  const seen = await drover.get<{ queueName: string; metrics: { completedTotal?: number } }[]>('/queues/health');
  expect(seen.some(({ queueName }) => queueName === 'quick')).toBe(true);
  expect(await quick.textContent()).toBe(before);
  await page.keyboard.press('p');
  await expect(quick).not.toHaveText(before ?? '');
});
