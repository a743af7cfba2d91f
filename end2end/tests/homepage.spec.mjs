import { accessible, expect, fitsItsWidth, test } from './person.mjs';

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('the situation is one sentence that can be read from afar', async ({ page, open, alive }) => {
  await open('/incidents/INC-20');
  await expect(page).toHaveTitle(/^INC-20 Webhooks delayed for some tenants/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Webhooks delayed for some tenants');
  const situation = page.locator('.situation');
  for (const words of ['Sev2', 'Investigating', 'Curlew', 'leads', 'Next update']) await expect(situation).toContainText(words);
  await expect(page.getByText(/INC-20 on Webhooks, declared by Plover/)).toBeVisible();
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('the timeline has its days as headings, with the zone named, newest first', async ({ page, open }) => {
  await open('/incidents/INC-20');
  const timeline = page.locator('.moment');
  expect(await timeline.count()).toBeGreaterThanOrEqual(9);
  await expect(page.locator('.timeline-head').first()).toContainText(/Tokyo, JST/);
  const times = await timeline.locator('time').evaluateAll((all) => all.map((time) => time.dateTime));
  expect(times).toEqual([...times].sort().reverse());
});

test('links of the component and the last time it failed are within reach', async ({ page, open }) => {
  await open('/incidents/INC-20');
  for (const name of ['Dashboard', 'Logs', 'Runbook']) await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: /INC-11/ }).first()).toBeVisible();
});

test('what is missing is said, and never invented', async ({ page, open, alive }) => {
  await open('/incidents/INC-19');
  await expect(page.locator('main')).toContainText(/Missing:|Next steps/);
  await expect(page.locator('main')).toContainText(/suspected/i);
  if (alive) await accessible(page);
});

test('a merged incident leads to the one it went into', async ({ page, open }) => {
  await open('/incidents/INC-14');
  await page.getByRole('link', { name: /INC-13/ }).first().click();
  await expect(page).toHaveURL(/INC-13$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No build starts');
});

test('each timeline item has an address', async ({ page, open }) => {
  await open('/incidents/INC-20');
  const address = await page.locator('.moment-time').first().getAttribute('href');
  await open(new URL(address, page.url()).href);
  await expect(page.locator(':target')).toBeVisible();
});

test('everything can be reached by keyboard, beginning with the skip link', async ({ page, open }, info) => {
  test.skip(info.project.name === 'phone', 'a phone has no Tab');
  await open('/incidents/INC-20');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await skip.press('Enter');
  await expect(page).toHaveURL(/#main$/);
  await page.keyboard.press('Tab');
  await expect(page.locator('main :focus')).toBeVisible();
});
