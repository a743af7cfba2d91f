// To do: one list of whatever I owe.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const live = (page) => expect(page.locator('html[data-live=on]')).toBeAttached({ timeout: 10_000 });
const count = (page) => page.locator('[data-owed]').first();

/** A practice incident of this test's own, led by whoever is signed in. */
async function led(page, open, alive, name) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`To do ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  if (alive) await ready(page);
  await page.locator('form[id="lead-it"]').getByRole('button', { name: 'Take the lead' }).click();
  await expect(page.locator('.situation summary').filter({ hasText: name })).toBeVisible();
}

/** Tells everybody, and says when the next update comes. */
async function promise(page, words, next) {
  const composer = page.locator('form.composer');
  await composer.getByLabel('Tell everybody').check();
  await composer.locator('textarea').fill(words);
  await composer.getByLabel('Next update').selectOption(next);
  await composer.getByRole('button', { name: 'Post' }).click();
  await expect(page.locator('.moment').filter({ hasText: words })).toBeVisible();
}

test('whoever leads finds the promised update in the list, counted in the frame', async ({ page, open, alive, signedIn }) => {
  await signedIn('Curlew');
  await open('/to-do');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('To do');
  const update = page.locator('.to-do .owed').filter({ hasText: 'INC-20' }).filter({ hasText: 'Next update' });
  await expect(update).toBeVisible();
  const owed = await page.locator('.to-do .owed').count();
  await expect(page.locator('.frame-count:visible')).toHaveText(String(owed));
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await update.getByRole('link', { name: /Write it/ }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-20/);
  // What is owed is an update, so that is what is written.
  await expect(page.locator('form.composer').getByLabel('Tell everybody')).toBeChecked();
});

test('the composer of every other way to the page writes a note', async ({ page, open, signedIn }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20?only=updates');
  await expect(page.locator('form.composer').getByLabel('Note', { exact: true })).toBeChecked();
});

test('what is over asks whoever led it, one button each', async ({ page, open, signedIn }) => {
  await signedIn('Sanderling');
  await open('/to-do');
  const asks = /Was that the cause\?|Is the cause known, or accepted as unknown\?/;
  const cause = page.locator('.to-do .owed').filter({ hasText: asks }).filter({ hasText: 'INC-19' });
  await expect(cause.getByRole('link', { name: /^Answer: / })).toHaveCount(1);
  await cause.getByRole('link', { name: /^Answer: / }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-19#next-steps$/);
  await expect(page.locator('#next-steps')).toBeVisible();
});

test('beside an incident stand at most three things, none that the page asks itself', async ({ page, open, signedIn }) => {
  await signedIn('Sanderling');
  await open('/incidents/INC-19');
  expect(await page.locator('.to-do-rail .owed').count()).toBeLessThanOrEqual(3);
  await expect(page.locator('.to-do-rail').filter({ hasText: 'INC-19' })).toHaveCount(0);
});

test('what is promised and kept comes into the rail and the count, and goes', async ({ page, open, alive, signedIn }) => {
  await signedIn('Dunlin');
  await led(page, open, alive, 'Dunlin');
  if (alive) await live(page);
  const update = page.locator('.to-do-rail .owed').filter({ hasText: 'Next update' });
  await expect(update).toHaveCount(0);
  await promise(page, 'We look at it.', 'in 30 min');
  await expect(update).toHaveCount(1);
  await update.getByRole('link', { name: /Write it/ }).click();
  await expect(page).toHaveURL(/\?what=update#note$/);
  if (alive) await ready(page);
  if (alive) await live(page);
  await expect(update).toHaveCount(1);
  const owed = Number(await count(page).textContent());
  await promise(page, 'It is better.', 'not promised');
  await expect(update).toHaveCount(0);
  await expect(count(page)).toHaveText(String(owed - 1));
});

test('a hand-off that somebody offers me is counted without a reload, and no more once it is over', async ({ page, open, alive, browser, baseURL, signedIn }) => {
  test.skip(!alive, 'without a script a page is read again by hand');
  await signedIn('Whimbrel');
  await led(page, open, alive, 'Whimbrel');
  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await signIn(other, 'Knot');
  await other.goto('/incidents/INC-18');
  await ready(other);
  await live(other);
  const before = Number(await count(other).textContent());
  await page.locator('.hand-off-offer > summary').click();
  const form = page.locator('form[id="offer-hand-off"]');
  const knot = form.getByLabel('To whom?').locator('option').filter({ hasText: /^Knot, / });
  await expect(form.getByLabel('Baton note')).toHaveValue(/\*\*State\*\*/);
  await form.getByLabel('To whom?').selectOption(await knot.getAttribute('value'));
  await form.getByRole('button', { name: 'Offer the lead' }).click();
  await expect(page.locator('#hand-off')).toContainText('offers the lead to Knot');
  await expect(count(other)).toHaveText(String(before + 1));
  await expect(other.locator('.to-do-rail .owed').first()).toContainText('Whimbrel offers you the lead');
  // It is over: nobody owes an answer any more.
  await page.locator('form[id="its-over"]').getByRole('button').click();
  await expect(count(other)).toHaveText(String(before));
  await expect(other.locator('.to-do-rail').filter({ hasText: 'offers you the lead' })).toHaveCount(0);
  await context.close();
});

test('that it is over can be said twice', async ({ page, open, alive, signedIn }) => {
  await signedIn('Dunlin');
  await led(page, open, alive, 'Dunlin');
  const form = page.locator('form[id="its-over"]');
  const sent = await form.evaluate((element) => Object.fromEntries(new FormData(element)));
  await form.getByRole('button').click();
  await expect(page.locator('.situation')).toContainText('Recovered');
  // From a page that still showed the button.
  const origin = new URL(page.url()).origin;
  const again = { form: { ...sent, request: crypto.randomUUID() }, headers: { accept: 'application/json', origin } };
  expect((await page.request.post('/api/incidents/recover', again)).status()).toBe(200);
});
