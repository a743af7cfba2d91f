// To do: one list of whatever I owe.
import { accessible, expect, fitsItsWidth, test } from '../tests/person.mjs';

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
});

test('what is over asks whoever led it, one button each', async ({ page, open, signedIn }) => {
  await signedIn('Sanderling');
  await open('/to-do');
  const cause = page.locator('.to-do .owed').filter({ hasText: 'Was that the cause?' }).filter({ hasText: 'INC-19' });
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
