// Tasks of an incident, and the action items that go on after it.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const some = (words) => `${words} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** A practice incident of this test's own. */
async function practise(page, open, alive) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(some('Tasks'));
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  if (alive) await ready(page);
}

const task = (page, words) => page.locator('#tasks .task').filter({ hasText: words });

/** The line opens to its form. */
async function adding(page) {
  const form = page.locator('form[id="add-task"]');
  if (!(await form.isVisible())) await page.locator('#tasks summary').getByText('Add a task').click();
  return form;
}

async function add(page, words) {
  const form = await adding(page);
  await form.getByLabel('What is to be done?').fill(words);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(task(page, words)).toBeVisible();
}

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('a task is added with one line, ticked, and taken back', async ({ page, open, alive }) => {
  await practise(page, open, alive);
  await add(page, 'Drain the retry queue');
  await expect(page.locator('form[id="add-task"]').getByLabel('What is to be done?')).toHaveValue('');
  await task(page, 'Drain').getByRole('button', { name: 'Done: Drain the retry queue' }).click();
  await expect(task(page, 'Drain')).toHaveAttribute('data-done', '');
  await task(page, 'Drain').getByRole('button', { name: 'Not done after all: Drain the retry queue' }).click();
  await expect(task(page, 'Drain').getByRole('button', { name: 'Done: Drain the retry queue' })).toBeVisible();
  await fitsItsWidth(page);
  if (alive) await accessible(page);
});

test('a task is given to somebody, renamed and promoted', async ({ page, open, alive }) => {
  await practise(page, open, alive);
  await add(page, 'Cap the retries');
  await task(page, 'Cap').locator('summary').click();
  const assign = task(page, 'Cap').locator('form[id^="assign-"]');
  await assign.getByLabel('Whose?').fill('Godwit');
  await assign.getByRole('button', { name: 'Assign' }).click();
  await expect(task(page, 'Cap')).toContainText('Godwit');
  const rename = task(page, 'Cap').locator('form[id^="rename-"]');
  if (!(await rename.isVisible())) await task(page, 'Cap').locator('summary').click();
  await rename.getByLabel('What is to be done?').fill('Cap the retries for each tenant');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(task(page, 'for each tenant')).toBeVisible();
  const promote = task(page, 'for each tenant').locator('form[id^="promote-"]');
  if (!(await promote.isVisible())) await task(page, 'for each tenant').locator('summary').click();
  await promote.getByLabel('What for?').selectOption('Recover');
  await promote.getByRole('button', { name: 'Make it an action item' }).click();
  await expect(task(page, 'for each tenant')).toContainText('goes on as an action item');
  const action = page.locator('#action-items .task').filter({ hasText: 'for each tenant' });
  await expect(action).toContainText('Recover. Triage (Want). Godwit.');
  await action.getByRole('link', { name: /^ACT-\d+$/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cap the retries for each tenant');
  await expect(page.locator('main')).toContainText(/After TRY-\d+/);
});

test.describe('refused', () => {
  test.use({ expectedErrors: [[/status of 422/], { option: true }] });

  test('a name that nobody has is refused beside its field, and what was typed stays', async ({ page, open, alive }) => {
    await practise(page, open, alive);
    const form = await adding(page);
    await form.getByLabel('What is to be done?').fill('Ask around');
    await form.getByLabel('Whose?').fill('Nobody of ours');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(form.getByLabel('Whose?')).toHaveAccessibleDescription(/not one that is known/);
    await expect(form.getByLabel('What is to be done?')).toHaveValue('Ask around');
  });
});

test('what somebody else adds appears by itself', async ({ page, open, alive, browser, baseURL }) => {
  test.skip(!alive, 'without a script one loads the page again');
  await practise(page, open, alive);
  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(new URL(page.url()).pathname);
    await ready(other);
    await add(other, 'Tell the three tenants');
    await expect(task(page, 'Tell the three tenants')).toBeVisible();
  } finally {
    await context.close();
  }
});

test('action items are listed by incident, all or mine', async ({ page, open, alive }) => {
  await practise(page, open, alive);
  const words = some('Everybody can declare');
  await page.locator('#action-items summary').getByText('Add an action item').click();
  const form = page.locator('form[id="add-action-item"]');
  await form.getByLabel('What is to be done after it?').fill(words);
  await form.getByLabel('Whose?').fill('Curlew');
  await form.getByRole('button', { name: 'Add it' }).click();
  await expect(page.locator('#action-items')).toContainText(words);
  await open('/actions');
  await expect(page.getByRole('listitem').filter({ hasText: words })).toContainText('Curlew');
  await page.getByRole('link', { name: 'Mine', exact: true }).click();
  await expect(page).toHaveURL(/owner=mine/);
  await expect(page.getByRole('listitem').filter({ hasText: words })).toBeVisible();
  await fitsItsWidth(page);
  if (!alive) return;
  await ready(page);
  await accessible(page);
});
