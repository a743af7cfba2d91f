import { accessible, expect, ready, signIn, test } from '../tests/person.mjs';

/** Somebody else, in a browser of their own, until the work is done. */
async function asOther(browser, baseURL, person, work) {
  const context = await browser.newContext({ baseURL });
  try {
    const page = await context.newPage();
    await signIn(page, person);
    await work(page);
  } finally {
    await context.close();
  }
}

test('who comes back reads in a sentence what others did, and sees it marked', async ({ page, open, alive, browser, baseURL, signedIn }) => {
  await signedIn('Godwit');
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Since ${Date.now().toString(36)}`);
  const looked = alive ? page.waitForResponse((answer) => answer.url().endsWith('/api/incidents/looked')) : undefined;
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  if (alive) await ready(page);
  expect((await looked)?.ok() ?? true).toBe(true);
  await expect(page.locator('.since')).toHaveCount(0);
  await open('/profile');

  const note = `Looked at the queue ${Date.now().toString(36)}.`;
  await asOther(browser, baseURL, 'Curlew', async (other) => {
    await other.goto(address);
    if (alive) await ready(other);
    await other.locator('form.composer textarea').first().fill(note);
    await other.locator('form.composer').getByRole('button', { name: 'Post' }).click();
    await expect(other.locator('.moment').filter({ hasText: note })).toBeVisible();
  });

  await open(address);
  await expect(page.locator('.since')).toHaveText(/^Since you last looked, .+ ago: a note\.$/);
  await expect(page.locator('.moment[data-new]').filter({ hasText: note })).toBeVisible();
  if (alive) await accessible(page);
});

/** A practice incident of this test's own, which the page shows and was seen to show. */
async function practise(page, open, alive) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Since ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  const looked = alive ? page.waitForResponse((answer) => answer.url().endsWith('/api/incidents/looked')) : undefined;
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  if (alive) await ready(page);
  expect((await looked)?.ok() ?? true).toBe(true);
  return new URL(page.url()).pathname;
}

/** Notes as a form sends them, quicker than by hand. */
async function notes(page, address, words) {
  await page.goto(address);
  const incident = await page.locator('form.composer input[name=incident]').inputValue();
  for (const body of words) {
    const form = { incident, request: crypto.randomUUID(), back: address, body, what: 'note' };
    const headers = { origin: new URL(page.url()).origin, accept: 'application/json' };
    expect((await page.request.post('/api/incidents/note', { form, headers })).status()).toBe(200);
  }
}

const SIX_MINUTES = '06:00';

/** Two ways to be away from a page that stays open, and to come back to it. */
const absences = {
  'a tab in the background': {
    leave: (page) =>
      page.evaluate(() => {
        window.isAway = true;
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isAway });
        document.dispatchEvent(new Event('visibilitychange'));
      }),
    comeBack: (page) => page.evaluate(() => { window.isAway = false; document.dispatchEvent(new Event('visibilitychange')); }),
  },
  'a screen that nobody sits at': { leave: async () => {}, comeBack: (page) => page.keyboard.press('Shift') },
};

for (const [name, { leave, comeBack }] of Object.entries(absences)) {
  test(`${name} has not looked, and whoever comes back is told first`, async ({ page, open, alive, browser, baseURL, signedIn }) => {
    test.skip(!alive, 'without a script nothing comes to an open page');
    await page.clock.install();
    await signedIn('Godwit');
    const address = await practise(page, open, alive);
    await expect(page.locator('html[data-live=on]')).toBeAttached({ timeout: 10_000 });
    await expect(page.locator('.since')).toHaveCount(0);
    await leave(page);
    await page.clock.fastForward(SIX_MINUTES);
    let looks = 0;
    page.on('request', (request) => { if (request.url().endsWith('/api/incidents/looked')) looks += 1; });

    const note = `Found it ${Date.now().toString(36)}.`;
    await asOther(browser, baseURL, 'Curlew', (other) => notes(other, address, [note]));
    const moment = page.locator('.moment').filter({ hasText: note });
    await expect(moment).toHaveCount(1, { timeout: 15_000 });
    await page.clock.fastForward(5_000);
    await expect(moment).toHaveCount(1);
    expect(looks, 'nobody has seen it yet').toBe(0);
    await expect(page.locator('.since')).toHaveCount(0);

    const looked = page.waitForResponse((answer) => answer.url().endsWith('/api/incidents/looked'));
    await comeBack(page);
    await expect(page.locator('.since')).toHaveText(/^Since you last looked, .+ ago: a note\.$/);
    await expect(page.locator('.moment[data-new]')).toHaveCount(1);
    await expect(moment).toHaveAttribute('data-new', '');
    expect((await looked).ok()).toBe(true);
    await page.reload();
    await ready(page);
    await expect(page.locator('.since')).toHaveCount(0);
  });
}

test('what is loaded later is marked by when the page was opened', async ({ page, open, alive, browser, baseURL, signedIn }) => {
  test.skip(!alive, 'without a script a page says itself that it was looked at');
  await signedIn('Godwit');
  const address = await practise(page, open, alive);
  await open('/profile');
  await asOther(browser, baseURL, 'Curlew', (other) => notes(other, address, Array.from({ length: 60 }, (_, n) => `Note ${n + 1}.`)));
  const looked = page.waitForResponse((answer) => answer.url().endsWith('/api/incidents/looked'));
  await open(address);
  await expect(page.locator('.since')).toContainText('60 notes');
  await expect(page.locator('.moment[data-new]')).toHaveCount(50);
  expect((await looked).ok()).toBe(true);
  await page.getByRole('link', { name: 'Earlier', exact: true }).click();
  await expect(page.locator('.moment[data-new]')).toHaveCount(60);
});

test('what fixed something alike is beside an incident', async ({ page, open, signedIn }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await expect(page.getByRole('heading', { name: 'Similar before' })).toBeVisible();
  await expect(page.locator('.past').filter({ hasText: 'Webhooks repeat themselves' })).toContainText(/fixed it in/);
});
