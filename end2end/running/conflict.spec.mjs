// Two people change one field at once: the second sees what the first did, and chooses.
import { accessible, expect, ready, signIn, test } from '../tests/person.mjs';

const form = (page, id) => page.locator(`form[id="${id}"]`);

// The browser notes in its console that the second was too late.
test.use({ expectedErrors: [[/status of 409 .*\/api\/incidents\/severity\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('the second sees theirs and sets mine', async ({ page, open, alive, browser, baseURL }) => {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Two at once ${Date.now().toString(36)}`);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  await open(address);
  await page.locator('.situation summary').filter({ hasText: /Sev/ }).click();
  await expect(form(page, 'change-severity')).toBeVisible();

  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(address);
    if (alive) await ready(other);
    await other.locator('.situation summary').filter({ hasText: /Sev/ }).click();
    await form(other, 'change-severity').getByRole('button', { name: /Sev1/ }).click();
    await expect(other.locator('.situation')).toContainText('Sev1');
  } finally {
    await context.close();
  }

  // A menu whose choices somebody reads stays as it is; the page says that there is news.
  if (alive) await expect(page.locator('.live-waits').first()).toBeVisible();
  await form(page, 'change-severity').getByRole('button', { name: /Sev3/ }).click();
  const conflict = page.locator('.conflict');
  await expect(conflict).toContainText(/Godwit changed the severity to Sev1 .* ago\./);
  await expect(conflict).toContainText('Yours: Sev3');
  await expect(conflict.getByRole('link', { name: 'Keep theirs' })).toBeVisible();
  if (alive) {
    await ready(page);
    await accessible(page);
  }
  await form(page, 'change-severity').getByRole('button', { name: /Sev3/ }).click();
  await expect(page.locator('.situation')).toContainText('Sev3');
});
