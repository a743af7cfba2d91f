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

test('what fixed something alike is beside an incident', async ({ page, open, signedIn }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await expect(page.getByRole('heading', { name: 'Similar before' })).toBeVisible();
  await expect(page.locator('.past').filter({ hasText: 'Webhooks repeat themselves' })).toContainText(/fixed it in/);
});
