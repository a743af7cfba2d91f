import { expect, test } from './person.mjs';

// A person for each project: the choice is kept with the person.
const CHOOSER = { hydrated: 'Godwit', nojs: 'Sanderling', phone: 'Turnstone' };

const zone = (page) => page.locator('.frame details').filter({ hasText: 'change the time zone' });

test('the zone switch rules every page, names the zone, and is remembered', async ({ page, open, signedIn }, info) => {
  await signedIn(CHOOSER[info.project.name]);
  await open('/incidents/INC-20');
  await choose(page, /UTC/);
  await expect(page).toHaveURL(/INC-20/);
  await expect(page.locator('.timeline-head').first()).toContainText('UTC');
  const shown = await page.locator('.moment time').first().textContent();
  const exact = await page.locator('.moment time').first().getAttribute('datetime');
  expect(shown.trim()).toBe(new Date(exact).toISOString().slice(11, 16));

  await open('/incidents');
  await expect(zone(page).locator('summary')).toContainText('UTC');
  await choose(page, /Mine/);
  await expect(zone(page).locator('summary')).not.toContainText('UTC');
});

async function choose(page, name) {
  await zone(page).locator('summary').click();
  await zone(page).getByRole('button', { name }).click();
  await expect(zone(page).locator('button[aria-pressed=true]')).toContainText(name);
}
