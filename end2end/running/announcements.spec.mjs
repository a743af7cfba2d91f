import { accessible, expect, fakeSlackUrl, fitsItsWidth, signIn, test } from '../tests/person.mjs';

/** The messages of the announcements channel, as the fake Slack has them. */
async function channel(request) {
  const state = await (await request.get(`${fakeSlackUrl}/_fake/state`)).json();
  return state.channels.find((room) => room.id === 'C0INCIDENTS').messages;
}

/** The announcement of the incident at this address, with everything it shows. */
async function announcement(request, address) {
  const found = (await channel(request)).filter((message) => !message.thread_ts && JSON.stringify(message.blocks).includes(`${address}|`));
  expect(found.length, 'one announcement').toBeLessThanOrEqual(1);
  return found.length === 1 ? JSON.stringify(found[0]) : '';
}

async function declare(page, open, title) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(title);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  return new URL(page.url()).pathname;
}

async function tellEverybody(page, address, words) {
  await page.goto(address);
  const composer = page.locator('form.composer').first();
  await composer.locator('textarea').first().fill(words);
  await composer.getByLabel('Tell everybody').check();
  await composer.getByRole('button', { name: 'Post' }).click();
  await expect(page.locator('.moment').filter({ hasText: words })).toBeVisible();
}

test('an incident is announced once, kept true in place, and updates answer in its thread', async ({ page, open, request, signedIn }) => {
  await signedIn('Godwit');
  const title = `Announced ${Date.now().toString(36)} <!channel>`;
  const address = await declare(page, open, title);
  await expect.poll(() => announcement(request, address), { timeout: 15_000 }).toContain(title);
  const words = `We look at the queue ${Date.now().toString(36)}.`;
  await tellEverybody(page, address, words);
  await expect.poll(() => announcement(request, address), { timeout: 15_000 }).toContain(words);
  await expect.poll(async () => (await channel(request)).some((message) => message.thread_ts && message.text === words), { timeout: 15_000 }).toBe(true);
});

test('who takes part is told, sees how much is not read, and marks it as read', async ({ page, open, browser, baseURL, alive, signedIn }) => {
  await signedIn('Godwit');
  const address = await declare(page, open, `Told ${Date.now().toString(36)}`);
  await open('/profile');
  const words = `The queue is empty ${Date.now().toString(36)}.`;
  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Curlew');
    await tellEverybody(other, address, words);
  } finally {
    await context.close();
  }
  await open('/notifications');
  await expect(page).toHaveTitle(/^\(\d+\) Notifications/);
  const reference = address.split('/').pop();
  const told = page.locator('.notification').filter({ hasText: reference });
  await expect(told).toContainText('Curlew wrote an update for everybody.');
  await expect(told).toHaveAttribute('data-unread', 'true');
  if (alive) {
    await accessible(page);
    await fitsItsWidth(page);
  }
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'All are read.' })).toBeVisible();
  await expect(page).toHaveTitle(/^Notifications/);
  await expect(told).toHaveAttribute('data-unread', 'false');
  await told.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`${address}$`));
});

test('an admin says where people are told, and a channel that is none is refused beside its field', async ({ page, open, signedIn }) => {
  await signedIn('Avocet');
  await open('/settings');
  await page.getByLabel('Announcements channel in Slack').fill('Two Words');
  await page.getByRole('button', { name: 'Save where people are told' }).click();
  await expect(page.getByLabel('Announcements channel in Slack')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Announcements channel in Slack').fill('#incidents');
  await page.getByRole('button', { name: 'Save where people are told' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
  await expect(page.getByLabel('Announcements channel in Slack')).toHaveValue('incidents');
});
