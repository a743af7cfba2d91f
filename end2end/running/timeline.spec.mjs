import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

// The browser notes in its console that the second was too late.
test.use({ expectedErrors: [[/status of 409 .*\/api\/timeline\/edit\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

const moment = (page, words) => page.locator('.moment').filter({ hasText: words });

/** A practice incident with notes, written as the forms write them. */
async function practise(page, open, notes) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Timeline ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  const address = new URL(page.url()).pathname;
  const origin = new URL(page.url()).origin;
  const incident = await page.locator('form.composer input[name=incident]').inputValue();
  for (const body of notes) {
    const answer = await page.request.post('/api/incidents/note', { form: { incident, request: crypto.randomUUID(), body }, headers: { accept: 'application/json', origin } });
    expect(answer.status()).toBe(200);
  }
  await open(address);
  return address;
}

async function menu(page, words) {
  await moment(page, words).locator('summary').click();
  return moment(page, words).locator('.menu-list');
}

test('an item gets other words, and what it said before is kept and readable', async ({ page, open, alive }) => {
  const address = await practise(page, open, ['The queue is at 41,000 now.']);
  await (await menu(page, '41,000')).getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Where this is from');
  if (alive) await ready(page);
  await page.getByLabel('What it says').fill('The queue is at 14,000 now.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'What it said before is kept.' })).toBeVisible();
  await expect(page.locator('.difference del')).toHaveText('41,000');
  await expect(page.locator('.difference ins')).toHaveText('14,000');
  await expect(page.locator('.facts')).toContainText('the web');
  await expect(page.locator('.facts')).toContainText('Curlew');
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await page.getByRole('link', { name: 'Show it in its place' }).click();
  await expect(page).toHaveURL(new RegExp(`${address}\\?around=`));
  await expect(page.locator(':target')).toContainText('14,000');
  await expect(page.locator(':target')).toContainText('Edited at');
});

test('an item is hidden, found among the hidden, and shown again', async ({ page, open, alive }) => {
  const address = await practise(page, open, ['Not for long.', 'For long.']);
  await (await menu(page, 'Not for long.')).getByRole('button', { name: 'Hide' }).click();
  await expect(moment(page, 'Not for long.')).toHaveCount(0);
  await expect(moment(page, 'For long.')).toHaveCount(1);
  await open(address);
  await page.locator('.timeline-filters').getByRole('link', { name: /hidden/i }).click();
  await expect(moment(page, 'Not for long.')).toContainText('Hidden at');
  if (alive) await ready(page);
  await (await menu(page, 'Not for long.')).getByRole('link', { name: 'Where is this from?' }).click();
  await expect(page.locator('.facts')).toContainText('by Curlew');
  await page.getByRole('button', { name: 'Show it again' }).click();
  await expect(page.getByRole('button', { name: 'Hide' })).toBeVisible();
  await open(address);
  await expect(moment(page, 'Not for long.')).toBeVisible();
});

test('what the software noted can be hidden, not edited', async ({ page, open }) => {
  await practise(page, open, []);
  const list = await menu(page, 'declared it');
  await expect(list.getByRole('button', { name: 'Hide' })).toBeVisible();
  await expect(list.getByRole('link', { name: 'Edit' })).toHaveCount(0);
});

test('two people edit one item at once: the second sees what the first did, and chooses', async ({ page, open, alive, browser, baseURL }) => {
  await practise(page, open, ['It began at noon.']);
  await (await menu(page, 'It began')).getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('What it says')).toHaveValue('It began at noon.');
  if (alive) await ready(page);

  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(page.url());
    await other.getByLabel('What it says').fill('It began at one.');
    await other.getByRole('button', { name: 'Save' }).click();
    await expect(other.locator('.moment')).toContainText('It began at one.');
  } finally {
    await context.close();
  }

  await page.getByLabel('What it says').fill('It began at two.');
  await page.getByRole('button', { name: 'Save' }).click();
  const conflict = page.locator('.conflict');
  await expect(conflict).toContainText(/Godwit changed this (just now|.* ago)\./);
  await expect(page.locator('.moment')).toContainText('It began at one.');
  await expect(page.getByLabel('What it says')).toHaveValue('It began at two.');
  if (alive) {
    await ready(page);
    await accessible(page);
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.moment')).toContainText('It began at two.');
  await expect(page.locator('.before li')).toHaveCount(2);
});

test('a long timeline comes in pages, and the oldest item has an address', async ({ page, open, alive }) => {
  const notes = Array.from({ length: 56 }, (_, at) => `Step ${String(at).padStart(2, '0')}.`);
  const address = await practise(page, open, notes);
  await expect(page.locator('.moment')).toHaveCount(50);
  await page.getByRole('link', { name: 'Earlier' }).click();
  if (alive) {
    await expect(page.locator('.moment')).toHaveCount(57);
    const ids = await page.locator('.moment').evaluateAll((all) => all.map((item) => item.id));
    expect(new Set(ids).size).toBe(57);
  } else {
    await expect(page).toHaveURL(/before=/);
    await expect(page.locator('.moment')).toHaveCount(7);
    await expect(page.getByRole('link', { name: 'Back to the newest' })).toBeVisible();
  }
  await expect(page.getByRole('link', { name: 'Earlier' })).toHaveCount(0);
  const permalink = await moment(page, 'Step 00.').locator('.moment-time').getAttribute('href');
  await open(address);
  await expect(moment(page, 'Step 00.')).toHaveCount(0);
  await open(permalink);
  await expect(page.locator(':target')).toContainText('Step 00.');
});

test('the filters are links that say what they show', async ({ page, open, alive }) => {
  await open('/incidents/INC-20');
  const filters = page.locator('.timeline-filters');
  await filters.getByRole('link', { name: 'Updates' }).click();
  await expect(page).toHaveURL(/only=updates/);
  await expect(filters.getByRole('link', { name: 'Updates' })).toHaveAttribute('aria-current', 'true');
  const kinds = await page.locator('.moment').evaluateAll((all) => all.map((item) => item.dataset.kind));
  expect(new Set(kinds)).toEqual(new Set(['update']));
  if (alive) await accessible(page);
});

test('the activity log says who did what, in words, and cannot be changed', async ({ page, open, alive }) => {
  await practise(page, open, ['For the log.']);
  await page.locator('.timeline-foot').getByRole('link', { name: 'Activity log' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity log');
  const deeds = page.locator('.deed');
  await expect(deeds.first()).toContainText('Curlew wrote a note: “For the log.”');
  await expect(deeds.last()).toContainText('declared it as');
  await expect(page.locator('main form')).toHaveCount(0);
  await fitsItsWidth(page);
  if (alive) await accessible(page);
});
