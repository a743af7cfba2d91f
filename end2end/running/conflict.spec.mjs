// Two people change one field at once: the second sees what the first did, and chooses.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const form = (page, id) => page.locator(`form[id="${id}"]`);
const situation = (page) => page.locator('.situation');
const composer = (page) => page.locator('form.composer');
const conflict = (page) => page.locator('.conflict');

// The browser notes in its console that the second was too late.
test.use({ expectedErrors: [[/status of 409 .*\/api\/incidents\/[a-z-]+\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

/** A new incident of this test's own, and its address. */
async function declared(page, open) {
  await open('/declare');
  const words = `Two at once ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  await page.getByLabel('What looks wrong?').fill(words);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  await open(address);
  return address;
}

/** Opens what a form is folded away in, from the outside to the inside. */
async function unfold(page, id) {
  const around = page.locator('details').filter({ has: form(page, id) });
  for (const details of await around.all()) {
    if (!(await details.evaluate((element) => element.open))) await details.locator('> summary').click();
  }
  await expect(form(page, id)).toBeVisible();
  return form(page, id);
}

/** What Godwit does at the same incident while a form of Curlew's is open. */
async function meanwhile({ browser, baseURL, alive }, address, act) {
  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(address);
    if (alive) await ready(other);
    await act(other);
  } finally {
    await context.close();
  }
}

/** Theirs with who and when, and mine: one sentence, and a way to keep theirs. */
async function asked(page, alive, theirs, mine) {
  await expect(conflict(page)).toContainText(theirs);
  await expect(conflict(page)).toContainText(`Yours: ${mine}.`);
  if (alive) await ready(page);
}

test('the second sees theirs and sets mine', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  await situation(page).locator('summary').filter({ hasText: /Sev/ }).click();
  await expect(form(page, 'change-severity')).toBeVisible();
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await other.locator('.situation summary').filter({ hasText: /Sev/ }).click();
    await form(other, 'change-severity').getByRole('button', { name: /Sev1/ }).click();
    await expect(situation(other)).toContainText('Sev1');
  });
  // A menu whose choices somebody reads stays as it is; the page says that there is news.
  if (alive) await expect(page.locator('.live-waits').first()).toBeVisible();
  await form(page, 'change-severity').getByRole('button', { name: /Sev3/ }).click();
  await asked(page, alive, /Godwit changed the severity to Sev1 .* ago\./, 'Sev3');
  await expect(conflict(page).getByRole('link', { name: 'Keep theirs' })).toBeVisible();
  if (alive) await accessible(page);
  await form(page, 'change-severity').getByRole('button', { name: /Sev3/ }).click();
  await expect(situation(page)).toContainText('Sev3');
});

test('two who choose the same agree', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  const severity = await unfold(page, 'change-severity');
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await (await unfold(other, 'change-severity')).getByRole('button', { name: /Sev1/ }).click();
    await expect(situation(other)).toContainText('Sev1');
  });
  await severity.getByRole('button', { name: /Sev1/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The severity is changed.' }).first()).toBeVisible();
  await expect(situation(page)).toContainText('Sev1');
  await expect(conflict(page)).toHaveCount(0);
});

test('status', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  // Once a status between is used, all of them are offered.
  await composer(page).getByLabel('Tell everybody').check();
  await composer(page).getByLabel('Status').selectOption('identified');
  await composer(page).locator('textarea').fill('A full disk.');
  await composer(page).getByRole('button', { name: 'Post', exact: true }).click();
  await expect(situation(page)).toContainText('Identified');
  await open(address);
  const status = await unfold(page, 'change-status');
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await (await unfold(other, 'change-status')).getByRole('button', { name: /Monitoring/ }).click();
    await expect(situation(other)).toContainText('Monitoring');
  });
  await status.getByRole('button', { name: /Investigating/ }).click();
  await asked(page, alive, /Godwit changed the status to Monitoring .* ago\./, 'Investigating');
  await form(page, 'change-status').getByRole('button', { name: /Investigating/ }).click();
  await expect(situation(page)).toContainText('Investigating');
});

test('lead', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  const give = await unfold(page, 'give-lead');
  await give.getByLabel('Give the lead to').fill('Curlew');
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await (await unfold(other, 'take-lead')).getByRole('button', { name: 'Take the lead' }).click();
    await expect(situation(other).locator('summary', { hasText: 'Godwit' })).toBeVisible();
  });
  await give.getByRole('button', { name: 'Give the lead' }).click();
  await asked(page, alive, /Godwit changed the lead to Godwit .* ago\./, 'Curlew');
  await form(page, 'give-lead').getByRole('button', { name: 'Give the lead' }).click();
  await expect(situation(page).locator('summary', { hasText: 'Curlew' })).toBeVisible();
});

for (const { id, field, word, shown } of [
  { id: 'rename', field: 'title', word: 'Rename', shown: 'h1' },
  { id: 'summarise', field: 'summary', word: 'Save the summary', shown: '.summary' },
]) {
  test(field, async ({ page, open, alive, browser, baseURL }) => {
    const address = await declared(page, open);
    const send = (page) => form(page, id).getByRole('button', { name: word }).click();
    await (await unfold(page, id)).getByRole('textbox').fill('Mine: the hooks are late');
    await meanwhile({ browser, baseURL, alive }, address, async (other) => {
      await (await unfold(other, id)).getByRole('textbox').fill('Theirs: uploads hang');
      await send(other);
      await expect(other.locator(shown).first()).toContainText('Theirs: uploads hang');
    });
    await send(page);
    const theirs = new RegExp(`Godwit changed the ${field} to “Theirs: uploads hang” .* ago\\.`);
    await asked(page, alive, theirs, 'Mine: the hooks are late');
    await expect(form(page, id).getByRole('textbox')).toHaveValue('Mine: the hooks are late');
    await send(page);
    await expect(page.locator(shown).first()).toContainText('Mine: the hooks are late');
  });
}

test.describe('an update against a change', () => {
  /** An update of Curlew's with a status, refused because Godwit set another. */
  async function refused({ page, open, alive, browser, baseURL }) {
    const address = await declared(page, open);
    await composer(page).getByLabel('Tell everybody').check();
    await composer(page).getByLabel('Status').selectOption('monitoring');
    await composer(page).locator('textarea').fill('A fix is out.');
    await meanwhile({ browser, baseURL, alive }, address, async (other) => {
      await composer(other).getByLabel('Tell everybody').check();
      await composer(other).getByLabel('Status').selectOption('identified');
      await composer(other).locator('textarea').fill('The disk is full.');
      await composer(other).getByRole('button', { name: 'Post', exact: true }).click();
      await expect(situation(other)).toContainText('Identified');
    });
    await composer(page).getByRole('button', { name: 'Post', exact: true }).click();
    await asked(page, alive, /Godwit changed the status to Identified .* ago\./, 'Monitoring');
    await expect(composer(page).locator('textarea')).toHaveValue('A fix is out.');
    await expect(composer(page).getByLabel('Status')).toHaveValue('monitoring');
    await fitsItsWidth(page);
    if (alive) await accessible(page);
  }

  const told = (page) => page.locator('.moment').filter({ hasText: 'told everybody: A fix is out.' });

  test('keeps theirs, and the words are posted', async ({ page, open, alive, browser, baseURL }) => {
    await refused({ page, open, alive, browser, baseURL });
    await composer(page).getByRole('button', { name: 'Post it and keep theirs' }).click();
    await expect(told(page)).toHaveCount(1);
    await expect(situation(page)).toContainText('Identified');
    await expect(conflict(page)).toHaveCount(0);
  });

  test('sets mine, when it is sent again', async ({ page, open, alive, browser, baseURL }) => {
    await refused({ page, open, alive, browser, baseURL });
    await composer(page).getByRole('button', { name: 'Post', exact: true }).click();
    await expect(told(page)).toContainText('Status: Monitoring.');
    await expect(situation(page)).toContainText('Monitoring');
    await expect(conflict(page)).toHaveCount(0);
  });
});

test('who does a task', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  const task = (page) => page.locator('#tasks .task').filter({ hasText: 'Drain the queue' });
  const assign = (page) => task(page).locator('form[id^="assign-"]');
  const send = (page) => assign(page).getByRole('button', { name: 'Assign' }).click();
  const add = await unfold(page, 'add-task');
  await add.getByLabel('What is to be done?').fill('Drain the queue');
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(task(page)).toBeVisible();
  await open(address);
  await task(page).locator('summary').click();
  await assign(page).getByLabel('Whose?').fill('Curlew');
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await task(other).locator('summary').click();
    await assign(other).getByLabel('Whose?').fill('Godwit');
    await send(other);
    await expect(task(other)).toContainText('Godwit');
  });
  await send(page);
  await asked(page, alive, /Godwit changed who does it to Godwit .* ago\./, 'Curlew');
  await send(page);
  await expect(task(page)).toContainText('Curlew');
});

test('when it started', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  const id = 'key-time-failure_started';
  const say = async (page, time) => {
    const started = await unfold(page, id);
    await started.getByLabel('Day').fill('2025-01-02');
    await started.getByLabel('Time').fill(time);
  };
  const send = (page) => form(page, id).getByRole('button', { name: 'Save the time' }).click();
  await say(page, '10:45');
  await meanwhile({ browser, baseURL, alive }, address, async (other) => {
    await say(other, '10:30');
    await send(other);
    await expect(other.locator('.key-times')).toContainText('10:30');
  });
  await send(page);
  await asked(page, alive, /Godwit changed this time to .* ago\./, '2025-01-02 10:45');
  await expect(form(page, id).getByLabel('Time')).toHaveValue('10:45');
  await send(page);
  await expect(page.locator('.key-times')).toContainText('10:45');
});
