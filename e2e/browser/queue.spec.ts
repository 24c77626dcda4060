import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { busyProject } from '../support/busy-project.js';
import { expectAccessible, signIn } from '../support/dashboard-page.js';
import { DroverProcess, type Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

let project: Project;
let drover: DroverProcess;

test.beforeAll(async () => {
  project = busyProject();
  drover = await DroverProcess.start(project);
  await runScript(project, 'add-jobs.mjs', ['quick', '200']);
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
});

test.beforeEach(async ({ page }) => {
  await signIn(page, drover.url);
  await page.goto(`${drover.url}/queues/quick?range=15m`);
  await expect(page.locator('canvas').first()).toBeVisible();
});

test('zooms into a chart by dragging and by keys, and back out', async ({ page }) => {
  const chart = page.getByRole('img', { name: /^Throughput/ });
  const box = await chart.boundingBox();
  if (!box) throw new Error('The chart is not drawn.');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.*to=/);
  await expect(page.getByRole('radio', { name: '15m' })).not.toBeChecked();
  await page.getByRole('button', { name: 'Leave the chosen range' }).click();
  await expect(page).toHaveURL(/\?range=15m$/);
  await expect(page.getByRole('radio', { name: '15m' })).toBeChecked();

  // Two recorded points at least, ten seconds apart, or there is nothing to mark.
  await expect(page.getByText('No job finished in this range.')).toBeHidden({ timeout: 30_000 });
  await chart.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await expect(page.getByText(/marked\. Enter zooms in/)).toBeAttached();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=.*to=/);
  await chart.focus();
  await page.keyboard.press('Backspace');
  await expect(page).toHaveURL(/\?range=15m$/);
});

test('shows a range that is typed, once it makes sense', async ({ page }) => {
  await page.getByRole('button', { name: 'Choose from and to' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose a time range' });
  const show = dialog.getByRole('button', { name: 'Show this range' });
  const to = await dialog.getByLabel('To').inputValue();
  await dialog.getByLabel('From').fill(to);
  await expect(dialog.getByText('The end must be at least a minute after the start.')).toBeVisible();
  await expect(show).toBeDisabled();
  await expectAccessible(page);
  const hourBefore = new Date(Date.parse(`${to}Z`) - 3_600_000).toISOString().slice(0, 16);
  await dialog.getByLabel('From').fill(hourBefore);
  await show.click();
  await expect(page).toHaveURL(/range=15m&from=.*to=/);
  await expect(dialog).toBeHidden();
});

test('lays another queue over its charts, and gives a chart as a picture', async ({ page }) => {
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('menuitemradio', { name: 'With another queue…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Compare quick with' });
  await dialog.getByRole('textbox', { name: 'Queue' }).fill('fail');
  await dialog.getByRole('button', { name: 'Compare with failing' }).click();
  await expect(page).toHaveURL(/compare=queue%3Afailing/);
  await expect(page.getByText('Dotted: failing')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Waiting .*failing: / })).toBeVisible();
  await expectAccessible(page);

  const panel = page.getByRole('region', { name: 'Waiting jobs' });
  await panel.getByRole('button', { name: 'Export' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as PNG' }).click();
  const picture = await saved;
  expect(picture.suggestedFilename()).toBe('quick-waiting-jobs.png');
  expect(
    readFileSync(await picture.path())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');

  await page.getByRole('button', { name: 'Stop comparing with failing' }).click();
  await expect(page).not.toHaveURL(/compare=/);
});
