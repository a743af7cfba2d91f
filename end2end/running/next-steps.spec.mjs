// What an incident that is over still asks for, each with one click.
import { accessible, expect, fitsItsWidth, ready, test } from '../tests/person.mjs';

const step = (page, words) => page.locator('#next-steps .owed').filter({ hasText: words });

/** An incident that somebody declared and gave a task, and that is over. */
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

// The browser notes in its console that the server asked back about a time.
test.use({ expectedErrors: [[/status of 422 .*\/api\/incidents\/key-time\)$/], { option: true }] });
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

test('the time for the cause begins by itself, and it can be accepted as unknown at once', async ({ page, open, alive }) => {
  await over(page, open, alive);
  const cause = step(page, 'What was the cause?');
  await expect(cause).toContainText('Additional triage goes on until');
  await cause.locator('summary').filter({ hasText: 'It stays unknown' }).click();
  await cause.getByLabel('Which signal was missing?').fill('The age of the queue');
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await cause.getByRole('button', { name: 'Accept as unknown' }).click();
  await expect(cause).toHaveCount(0);
  await expect(page.locator('.summary.cause')).toContainText('The cause is accepted as unknown.');
  await expect(page.locator('#action-items')).toContainText('The age of the queue');
  await expect(page.locator('#action-items')).toContainText('Detect');
});

test('which signal was missing need not be known', async ({ page, open, alive }) => {
  await over(page, open, alive);
  const cause = step(page, 'What was the cause?');
  await cause.locator('summary').filter({ hasText: 'It stays unknown' }).click();
  await cause.getByRole('button', { name: 'Accept as unknown' }).click();
  await expect(page.locator('.summary.cause')).toContainText('The cause is accepted as unknown.');
  await expect(cause).toHaveCount(0);
});

test('a time that came twice is asked about where it was typed', async ({ page, context, open, alive, signedIn }) => {
  await context.clearCookies();
  await signedIn('Godwit');
  await over(page, open, alive);
  const start = step(page, 'When did it start?');
  await start.getByLabel('Day').fill('2025-11-02');
  await start.getByLabel('Time').fill('01:30');
  await start.getByRole('button', { name: 'Save the time' }).click();
  await expect(start.getByText('Which one?')).toBeVisible();
  // Among the key times stands a form of the same kind, which was not sent.
  await expect(page.locator('[id="refused"]')).toHaveCount(1);
  if (alive) await ready(page);
  await start.getByLabel('Sun 2 Nov 2025, 01:30 PDT').check();
  await start.getByRole('button', { name: 'Save the time' }).click();
  await expect(step(page, 'When did it start?')).toHaveCount(0);
});

test('two more days for the cause are one click, and then the question rests', async ({ page, open, alive }) => {
  await over(page, open, alive);
  await step(page, 'What was the cause?').getByRole('button', { name: 'Dig two more days' }).click();
  await expect(step(page, 'What was the cause?')).toHaveCount(0);
  await expect(step(page, 'Additional triage goes on until')).toBeVisible();
  await expect(step(page, 'Additional triage goes on until').locator('summary').filter({ hasText: 'It stays unknown' })).toBeVisible();
});
