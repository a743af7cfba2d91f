// What changes appears in every open page by itself.
import { expect, ready, signIn, test } from '../tests/person.mjs';

const live = (page) => expect(page.locator('html[data-live=on]')).toBeAttached({ timeout: 10_000 });
const words = (what) => `${what} ${Date.now()}-${Math.round(Math.random() * 1e6)}`;

test.beforeEach(async ({ alive, signedIn }) => {
  test.skip(!alive, 'without a script a page is read again by hand');
  await signedIn('Curlew');
});

/** Another person, in a browser of their own. */
async function another(browser, person) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

/** Writes a note the way the composer sends it. */
async function write(page, text) {
  const composer = page.locator('form.composer');
  await composer.locator('textarea').fill(text);
  await composer.getByRole('button', { name: 'Post' }).click();
}

test('what one person writes stands on the page of another, once, without a reload', async ({ page, browser, open }) => {
  await open('/incidents/INC-20');
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  const other = await another(browser, 'Godwit');
  await other.goto('/incidents/INC-20');
  await ready(other);
  await live(other);
  const text = words('Queues drain');
  await write(other, text);
  for (const one of [page, other]) await expect(one.locator('.moment', { hasText: text })).toHaveCount(1);
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
  await expect(page.locator('[data-part=live-said]')).toContainText('INC-20: Godwit');
  await other.context().close();
});

test('a text that is being written stays as it is, with the cursor in it', async ({ page, browser, open }) => {
  await open('/incidents/INC-20');
  await live(page);
  const mine = page.locator('form.composer textarea');
  await mine.fill('Half a sen');
  await mine.press('End');
  const other = await another(browser, 'Godwit');
  await other.goto('/incidents/INC-20');
  await ready(other);
  const text = words('Meanwhile');
  await write(other, text);
  await expect(page.locator('.moment', { hasText: text })).toHaveCount(1);
  await expect(mine).toBeFocused();
  await page.keyboard.type('tence');
  await expect(mine).toHaveValue('Half a sentence');
  await mine.fill('');
  await other.context().close();
});

/** Declares an incident; its address. */
async function declare(page, title) {
  await page.goto('/declare');
  await page.getByLabel('What looks wrong?').fill(title);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  await ready(page);
  return new URL(page.url()).pathname;
}

/** Sends a command about the incident that a page shows, the way its forms do. */
async function command(page, name, fields) {
  const incident = await page.locator('[data-follows]').getAttribute('data-follows');
  const form = { incident, request: crypto.randomUUID(), back: '/incidents', ...fields };
  const status = await page.evaluate(async ([address, body]) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body: new URLSearchParams(body) })).status;
  }, [`/api/incidents/${name}`, form]);
  expect(status, name).toBe(200);
}

test('the list follows, and so does the title of each row', async ({ page, browser, open }) => {
  const other = await another(browser, 'Godwit');
  const [before, after] = [words('Queues wait'), words('Queues wait long')];
  const address = await declare(other, before);
  await open('/incidents');
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  const count = (await page.title()).match(/^\(\d+\) /)?.[0] ?? '';
  const row = page.locator(`main a[href="${address}"]`).first();
  await expect(row).toContainText(before);
  await command(other, 'rename', { title: after, seen_title: before });
  await expect(row).toContainText(after, { timeout: 10_000 });
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
  expect((await page.title()).match(/^\(\d+\) /)?.[0] ?? '', 'what is not read stays said').toBe(count);
  await other.context().close();
});

test('what somebody is told reaches every page of theirs, in the bell and in the title', async ({ page, browser, open }) => {
  const streams = page.waitForRequest((request) => new URL(request.url()).pathname === '/live');
  await open('/profile');
  await streams;
  const unread = async () => Number(await page.locator('[data-bell] [data-unread]').textContent());
  const before = await unread();
  const other = await another(browser, 'Godwit');
  await declare(other, words('Told on every page'));
  await command(other, 'invite', { person: await page.locator('html').getAttribute('data-person') });
  await expect.poll(unread, { timeout: 10_000 }).toBeGreaterThan(before);
  await expect(page).toHaveTitle(/^\(\d+\) /);
  await other.context().close();
});

test('eight tabs hold one stream, and another takes over when its tab closes', async ({ page, context, browser, open }) => {
  test.slow();
  await open('/incidents/INC-20');
  await live(page);
  let streams = 0;
  context.on('request', (request) => { if (new URL(request.url()).pathname === '/live') streams += 1; });
  const tabs = [];
  for (let i = 0; i < 7; i += 1) {
    const tab = await context.newPage();
    await tab.goto('/incidents/INC-20');
    await ready(tab);
    await live(tab);
    tabs.push(tab);
  }
  expect(streams, 'a new tab may renew the one stream, and no more').toBeLessThanOrEqual(2);
  const other = await another(browser, 'Godwit');
  await other.goto('/incidents/INC-20');
  await ready(other);
  const first = words('To eight tabs');
  await write(other, first);
  for (const tab of [page, ...tabs]) await expect(tab.locator('.moment', { hasText: first })).toHaveCount(1);
  // The leader goes.
  await page.goto('about:blank');
  const second = words('To seven tabs');
  await write(other, second);
  for (const tab of tabs) await expect(tab.locator('.moment', { hasText: second })).toHaveCount(1, { timeout: 15_000 });
  for (const tab of tabs) await tab.close();
  await other.context().close();
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [[/ERR_INTERNET_DISCONNECTED|Failed to load resource|net::ERR/], { option: true }] });

  test('a lost connection is said calmly, and what was missed comes by itself', async ({ page, context, browser, open }) => {
    await open('/incidents/INC-20');
    await live(page);
    await context.setOffline(true);
    await expect(page.getByText('Connection lost. Trying again.')).toBeVisible({ timeout: 10_000 });
    const other = await another(browser, 'Godwit');
    await other.goto('/incidents/INC-20');
    await ready(other);
    const text = words('While you were away');
    await write(other, text);
    await expect(other.locator('.moment', { hasText: text })).toHaveCount(1);
    await context.setOffline(false);
    await expect(page.locator('.moment', { hasText: text })).toHaveCount(1, { timeout: 10_000 });
    await expect(page.getByText('Connection lost. Trying again.')).toBeHidden();
    await other.context().close();
  });
});
