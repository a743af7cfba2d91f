import { accessible, expect, fitsItsWidth, ready, test, wordsOf } from './person.mjs';

const list = (page) => page.locator('.incidents');
const titles = (page) => list(page).locator('.incident-title');
const fact = (page) => page.locator('.fact');

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('what happens now stands first, then what is not closed, then history by month', async ({ page, open, alive }) => {
  await open('/incidents');
  const now = page.locator('.now');
  await expect(now.getByRole('heading', { level: 2 })).toContainText('Happening now');
  await expect(now.getByRole('link', { name: 'Webhooks delayed for some tenants' })).toBeVisible();
  await expect(now.locator('.now-state')).toContainText('Sev2');
  await expect(now.locator('.now-state')).toContainText('Investigating');
  await expect(now.locator('.now-state')).toContainText('Curlew leads');
  await expect(now.locator('.now-elapsed')).toHaveText(/^\d+ min|1 h/);
  await expect(list(page).getByRole('heading', { level: 3 }).first()).toContainText('Over, not closed');
  await expect(list(page).getByText('start time missing').first()).toBeVisible();
  await expect(titles(page).filter({ hasText: '一部テナント' })).toBeVisible();
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('the filter says its own fact: 14 of 19 incidents', async ({ page, open, alive }) => {
  await open('/incidents');
  await filterBy(page, alive, { component: 'Scheduler' });
  await expect(fact(page).getByRole('heading')).toHaveText('14 of 19 incidents');
  await expect(titles(page)).toHaveCount(14);
  await expect(page).toHaveURL(/component=/);
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('the address of a filtered list can be shared, and going back undoes it', async ({ page, open, alive }) => {
  await open('/incidents');
  const before = await wordsOf(page);
  await filterBy(page, alive, { component: 'Scheduler' });
  await expect(titles(page)).toHaveCount(14);
  const filtered = await wordsOf(page);
  const shared = page.url();

  await page.goBack();
  await expect(page).toHaveURL(/\/incidents$/);
  if (alive) await ready(page);
  await expect(page.locator('.now')).toBeVisible();
  await expect.poll(() => wordsOf(page)).toBe(before);

  await open(shared);
  expect(await wordsOf(page)).toBe(filtered);
});

test('search finds words, pieces of words and Japanese', async ({ page, open, alive }) => {
  await open('/incidents');
  await search(page, alive, 'NullPointer');
  await expect(titles(page)).toHaveText(['NullPointerException when loading a model']);
  await search(page, alive, '再起動');
  await expect(titles(page)).toHaveCount(1);
  await expect(titles(page)).toContainText('スケジューラー');
  await search(page, alive, '%');
  await expect(titles(page)).toHaveCount(0);
});

test('a search without a find says so and shows the way out', async ({ page, open, alive }) => {
  await open('/incidents');
  await search(page, alive, 'zeppelin');
  await expect(fact(page).getByRole('heading')).toHaveText('0 of 19 incidents');
  await page.getByRole('link', { name: 'look at all incidents' }).click();
  await expect(page).toHaveURL(/\/incidents$/);
  await expect(titles(page).first()).toBeVisible();
});

test.describe('in the address', () => {
test.use({ expectedErrors: [[/status of 4\d\d/], { option: true }] });

test('several filters are taken together, and nonsense is said to be', async ({ page, open }) => {
  await open('/incidents?q=queue&component=nonsense');
  await expect(page.getByRole('main')).toContainText(/The component is not/);
  await open('/incidents?q=queue&status=closed&from=2020-01-01');
  const both = await fact(page).getByRole('heading').textContent();
  await open('/incidents?q=queue&status=closed&from=2099-01-01');
  await expect(fact(page).getByRole('heading')).toHaveText('0 of 19 incidents');
  expect(both).not.toBe('0 of 19 incidents');
});
});

test('every incident of the story stands on the one page', async ({ page, open }) => {
  await open('/incidents');
  const seen = await list(page).locator('.incident-ref').allTextContents();
  expect(new Set(seen).size).toBe(seen.length);
  for (const reference of ['INC-1', 'INC-19', 'TRY-1']) expect(seen).toContain(reference);
});

test('a private incident is there for who may see it', async ({ page, open }) => {
  await open('/incidents');
  await expect(list(page).getByText('PRV-1')).toBeVisible();
});

test.describe('without a seat at it', () => {
  test.use({ expectedErrors: [[/status of 404/], { option: true }] });

  test('a private incident is not there, and its number is the same', async ({ page, open, context, signedIn }) => {
    await context.clearCookies();
    await signedIn('Godwit');
    await open('/incidents');
    await expect(list(page)).toBeVisible();
    await expect(page.getByText('PRV-1')).toHaveCount(0);
    const answer = await open('/incidents/PRV-1');
    expect(answer.status()).toBe(404);
    const hidden = await wordsOf(page);
    await open('/incidents/PRV-999');
    expect((await wordsOf(page)).replaceAll('PRV-999', 'PRV-1')).toBe(hidden);
  });
});

test('elapsed time ticks', async ({ page, open, alive }) => {
  test.skip(!alive, 'it stands still without WebAssembly');
  await page.clock.install();
  await open('/incidents');
  const elapsed = page.locator('.now-elapsed');
  const before = await elapsed.textContent();
  await page.clock.fastForward('10:00');
  await expect(elapsed).not.toHaveText(before);
});

/** Chooses in the sentence; without WebAssembly the menu's button sends the form. */
async function filterBy(page, alive, { component }) {
  const menu = page.getByRole('search').locator('details').filter({ has: page.locator('[data-part=component]') });
  await menu.locator('summary').click();
  await menu.getByRole('radio', { name: component, exact: true }).check();
  if (!alive) await menu.getByRole('button', { name: 'Show' }).click();
}

async function search(page, alive, words) {
  const field = page.getByRole('searchbox', { name: /search incidents/i });
  await field.fill(words);
  await field.press('Enter');
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === words);
  if (alive) await ready(page);
}
