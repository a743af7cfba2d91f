// What an incident that is over still asks for, each with one click.
import { accessible, expect, fitsItsWidth, ready, test } from '../tests/person.mjs';

const step = (page, words) => page.locator('#next-steps .owed').filter({ hasText: words });

/** An incident that Curlew declared, led, gave a task, and that is over. */
async function over(page, open, alive) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Next steps ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  if (alive) await ready(page);
  const add = page.locator('form[id="add-task"]');
  await page.locator('#tasks summary').getByText('Add a task').click();
  await add.getByLabel('What is to be done?').fill('Cap the retries');
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.locator('#tasks .task')).toContainText('Cap the retries');
  await page.locator('form[id="its-over"]').getByRole('button', { name: 'It’s over' }).click();
  await expect(page.locator('#next-steps')).toBeVisible();
}

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('what is really open is asked for, and answered where it is asked', async ({ page, open, alive }) => {
  await over(page, open, alive);
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await step(page, 'Cap the retries').getByRole('button', { name: 'Make it an action item' }).click();
  await expect(step(page, 'Cap the retries')).toHaveCount(0);
  await expect(page.locator('#action-items')).toContainText('Cap the retries');
  const start = step(page, 'When did it start?');
  await start.getByLabel('Day').fill('2025-11-20');
  await start.getByLabel('Time').fill('23:26');
  await start.getByRole('button', { name: 'Save the time' }).click();
  await expect(step(page, 'When did it start?')).toHaveCount(0);
  await step(page, 'Who writes the postmortem?').getByRole('button', { name: 'I write it' }).click();
  await expect(step(page, 'Who writes the postmortem?')).toHaveCount(0);
  await expect(page.locator('main')).toContainText('Curlew writes the postmortem.');
  await step(page, 'Nothing more to do?').getByRole('button', { name: 'Close it' }).click();
  await expect(page.locator('.situation')).toContainText('Closed');
  await expect(page.locator('#next-steps')).toHaveCount(0);
});

test('two more days for the cause are one click, and then the question rests', async ({ page, open, alive }) => {
  await over(page, open, alive);
  await step(page, 'What was the cause?').getByRole('button', { name: 'Dig two more days' }).click();
  await expect(step(page, 'Additional triage goes on until')).toBeVisible();
  await expect(step(page, 'What was the cause?')).toHaveCount(0);
});
