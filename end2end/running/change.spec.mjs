import { accessible, expect, fitsItsWidth, ready, test } from '../tests/person.mjs';

/** Words that no other test and no earlier run has used. */
const words = (what) => `${what} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
const situation = (page) => page.locator('.situation');
const form = (page, id) => page.locator(`form[id="${id}"]`);
const done = (page, says) => expect(page.getByRole('status').filter({ hasText: says }).first()).toBeVisible();

// The browser notes in its console what a test means to be refused.
test.use({ expectedErrors: [[/status of 422 .*\/api\/incidents\/(give-role|reopen)\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

/** A new incident of one's own, and its homepage. */
async function declared(page, open) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(words('Builds hang'));
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  await open(address);
  return address;
}

/** Opens the handle or menu that a form is folded away in, from the outside to the inside. */
async function unfold(page, id) {
  const around = page.locator('details').filter({ has: form(page, id) });
  for (const details of await around.all()) {
    if (!(await details.evaluate((element) => element.open))) await details.locator('> summary').click();
  }
  await expect(form(page, id)).toBeVisible();
  return form(page, id);
}

test('the words of the situation are handles: severity and lead', async ({ page, open, alive }) => {
  await declared(page, open);
  const severity = await unfold(page, 'change-severity');
  await expect(severity).toContainText('Assume the worst when unsure.');
  await expect(severity.getByRole('button')).toHaveCount(3);
  if (alive) {
    await accessible(page);
    await fitsItsWidth(page);
  }
  await severity.getByRole('button', { name: /Sev1/ }).click();
  await done(page, 'The severity is changed.');
  await expect(situation(page)).toContainText('Sev1');

  await (await unfold(page, 'take-lead')).getByRole('button', { name: 'Take the lead' }).click();
  await done(page, 'You lead.');
  await expect(situation(page)).toContainText('Curlew');
  const give = await unfold(page, 'give-lead');
  await give.getByLabel('Give the lead to').fill('Godwit');
  await give.getByRole('button', { name: 'Give the lead' }).click();
  await expect(situation(page)).toContainText('Godwit');
});

test('a name that nobody has is refused beside its field, with the menu open', async ({ page, open, alive }) => {
  await declared(page, open);
  const give = await unfold(page, 'give-lead');
  await give.getByLabel('Give the lead to').fill('Nobody Atall');
  await give.getByRole('button', { name: 'Give the lead' }).click();
  await expect(give.getByLabel('Give the lead to')).toHaveAttribute('aria-invalid', 'true');
  await expect(give.getByLabel('Give the lead to')).toHaveValue('Nobody Atall');
  await expect(give).toContainText('not one that is known');
  if (alive) await accessible(page);
});

test('it is over with one click, is closed, and comes back with a reason', async ({ page, open, alive }) => {
  await declared(page, open);
  await page.getByRole('button', { name: 'It’s over' }).click();
  await done(page, 'It’s over.');
  await expect(situation(page)).toContainText('Recovered');
  await page.getByRole('button', { name: 'Close it', exact: true }).click();
  await expect(situation(page)).toContainText('Closed');
  const reopen = await unfold(page, 'reopen');
  await reopen.getByLabel('Why does it come back?').fill('No');
  await reopen.getByRole('button', { name: 'Re-open it' }).click();
  await expect(reopen).toContainText('at least 10 characters');
  await reopen.getByLabel('Why does it come back?').fill('Builds hang again since noon.');
  await reopen.getByRole('button', { name: 'Re-open it' }).click();
  await expect(situation(page)).toContainText('Investigating');
  await expect(page.locator('main')).toContainText('It was re-opened once.');
  if (alive) await fitsItsWidth(page);
});

test('what is missing is a word that opens the form that says it', async ({ page, open, alive }) => {
  await declared(page, open);
  const missing = page.locator('.missing');
  await missing.getByText('a summary').click();
  const summary = form(page, 'summarise');
  await summary.getByRole('textbox').fill('One tenant in **eight** waits.');
  await summary.getByRole('button', { name: 'Save the summary' }).click();
  await expect(page.locator('.summary strong')).toHaveText('eight');
  await expect(missing).not.toContainText('a summary');

  await missing.getByRole('link', { name: 'when it started' }).click();
  const started = form(page, 'key-time-failure_started');
  if (alive) await expect(started.getByLabel('Day')).toBeFocused();
  await expect(started.getByLabel('Day')).toBeVisible();
  await started.getByLabel('Day').fill('2025-01-02');
  await started.getByLabel('Time').fill('10:30');
  await started.getByRole('checkbox', { name: 'Assumed' }).check();
  await started.getByRole('button', { name: 'Save the time' }).click();
  await done(page, 'The time is saved.');
  await expect(page.locator('.key-times')).toContainText('10:30');
  await expect(page.locator('.key-times')).toContainText('(assumed)');
});

test('components, tags, a related incident, and a merge', async ({ page, open }) => {
  await declared(page, open);
  const component = await unfold(page, 'add-component');
  await component.getByRole('combobox').or(component.getByRole('textbox')).fill('Scheduler');
  await component.getByRole('button').click();
  await expect(page.locator('.where')).toContainText('Scheduler');
  const tag = await unfold(page, 'add-tag');
  await tag.getByLabel('Tag').fill('storm');
  await tag.getByRole('button').click();
  await expect(page.locator('.rail')).toContainText('storm');
  const relate = await unfold(page, 'relate');
  await relate.getByRole('combobox').or(relate.getByRole('textbox')).fill('INC-13');
  await relate.getByRole('button').click();
  await expect(page.locator('.incident-head').getByRole('link', { name: 'INC-13' })).toBeVisible();
  const merge = await unfold(page, 'merge');
  await merge.getByRole('combobox').or(merge.getByRole('textbox')).fill('No build starts');
  await merge.getByRole('button').click();
  // What is folded away behind a word is no part of the sentence.
  await expect(situation(page)).toContainText(/Merged into INC-13/, { useInnerText: true });
});

test('a cancelled incident says the way back', async ({ page, open }) => {
  await declared(page, open);
  const cancel = await unfold(page, 'cancel');
  await cancel.getByRole('textbox').fill('Declared while testing.');
  await cancel.getByRole('button').click();
  await expect(situation(page)).toContainText('Cancelled');
  await expect(form(page, 'reopen')).toBeAttached();
});

test('a link with its form opens it, also from elsewhere', async ({ page, open, alive }) => {
  const address = await declared(page, open);
  await page.goto(`${address}#rename`);
  if (alive) await ready(page);
  await expect(form(page, 'rename')).toBeVisible();
  await form(page, 'rename').getByRole('textbox').fill(words('Builds hang at night'));
  await form(page, 'rename').getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('at night');
});
