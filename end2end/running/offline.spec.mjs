// Notes that are written without a network.
import { accessible, expect, ready, signIn, test } from '../tests/person.mjs';

test.skip(({ alive }) => !alive, 'needs a script');
test.use({ expectedErrors: [[/net::ERR_|status of (403|404|422|500)/], { option: true }] });

const NOTE = '**/api/incidents/note';

const composer = (page) => page.locator('form[data-offline]');
const field = (page) => composer(page).locator('textarea');
const unique = (words, info) => `${words} (${info.project.name} ${Date.now()})`;
const waiting = (page) => page.locator('#waiting li');

async function write(page, text) {
  await field(page).fill(text);
  await field(page).press('Control+Enter');
  await expect(waiting(page).filter({ hasText: text })).toContainText('waiting to be sent');
  await expect(field(page)).toHaveValue('');
}

test('they wait on the page, survive closing the tab, and are sent once each from two tabs', async ({ page, open, context, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await context.setOffline(true);
  const texts = [1, 2, 3].map((n) => unique(`Without a network, ${n}`, info));
  for (const text of texts) await write(page, text);
  await expect(waiting(page)).toHaveCount(3);
  // The newest stands first, as in the timeline.
  await expect(waiting(page).first()).toContainText(texts[2]);
  await page.close();

  const sent = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/api/incidents/note')) sent.push(new URLSearchParams(request.postData()).get('body'));
  });
  await context.setOffline(false);
  const tabs = await Promise.all([context.newPage(), context.newPage()]);
  await Promise.all(tabs.map(async (tab) => { await tab.goto('/incidents/INC-20'); await ready(tab); }));
  for (const tab of tabs) await expect(waiting(tab)).toHaveCount(0);
  expect(sent).toEqual(texts);
  await tabs[0].reload();
  for (const text of texts) await expect(tabs[0].locator('#timeline').getByText(text, { exact: true })).toHaveCount(1);
});

test('a tab that stays open sends them by itself when the network is back', async ({ page, open, context, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await context.setOffline(true);
  const texts = [1, 2].map((n) => unique(`Stayed open, ${n}`, info));
  for (const text of texts) await write(page, text);
  await context.setOffline(false);
  await expect(waiting(page)).toHaveCount(0);
  for (const text of texts) await expect(page.locator('#timeline').getByText(text, { exact: true })).toHaveCount(1);
});

test('one that is not taken stays, says why, and can be discarded', async ({ page, open, context, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await context.setOffline(true);
  const text = unique('For an incident that is not there any more', info);
  await composer(page).locator('input[name=incident]').evaluate((input) => { input.value = crypto.randomUUID(); });
  await write(page, text);
  await context.setOffline(false);
  await expect(waiting(page)).toContainText('was not taken. That is not here any more.');
  // Its own page may be gone for this person, so that every page shows it.
  await page.goto('/incidents');
  await ready(page);
  await expect(waiting(page)).toContainText(text);
  await expect(waiting(page).getByRole('button', { name: 'Copy' })).toBeVisible();
  await accessible(page);
  await waiting(page).getByRole('button', { name: 'Discard' }).click();
  await expect(waiting(page)).toHaveCount(0);
});

for (const [what, answer] of Object.entries({
  'a page to sign in at a proxy': { status: 200, contentType: 'text/html', body: '<form>Sign in</form>' },
  'a filter on the way': { status: 403, contentType: 'text/html', body: 'Forbidden' },
})) {
  test(`${what} is not the server: what it answered waits`, async ({ page, open, signedIn }, info) => {
    await signedIn('Curlew');
    await open('/incidents/INC-20');
    const text = unique(`Answered by ${what}`, info);
    await page.route(NOTE, (route) => route.fulfill(answer));
    await field(page).fill(text);
    await field(page).press('Control+Enter');
    await expect(waiting(page).filter({ hasText: text })).toContainText('could not be sent yet');
    await expect(waiting(page).getByRole('button', { name: 'Copy' })).toBeVisible();
    await accessible(page);
    await page.unroute(NOTE);
    await page.reload();
    await ready(page);
    await expect(page.locator('#timeline').getByText(text, { exact: true })).toHaveCount(1);
    await expect(waiting(page)).toHaveCount(0);
  });
}

test('one that always fails does not hold up the others, and can be discarded', async ({ page, open, context, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const [fails, goes] = [unique('This one breaks the server', info), unique('This one is fine', info)];
  let isOnline = false;
  await page.route(NOTE, (route) => {
    if (!isOnline) return route.abort('internetdisconnected');
    const isIt = new URLSearchParams(route.request().postData()).get('body') === fails;
    return isIt ? route.fulfill({ status: 500, headers: { 'x-code': 'broken', 'x-sentence': 'Broken.' }, body: '{}' }) : route.continue();
  });
  await context.setOffline(true);
  for (const text of [fails, goes]) await write(page, text);
  isOnline = true;
  await context.setOffline(false);
  await expect(page.locator('#timeline').getByText(goes, { exact: true })).toHaveCount(1, { timeout: 15_000 });
  await expect(waiting(page)).toHaveCount(1);
  await expect(waiting(page)).toContainText('could not be sent yet');
  // What is written now does not wait for it either.
  const next = unique('And the next one', info);
  await field(page).fill(next);
  await field(page).press('Control+Enter');
  await expect(page.locator('#timeline').getByText(next, { exact: true })).toHaveCount(1);
  await waiting(page).getByRole('button', { name: 'Discard' }).click();
  await expect(waiting(page)).toHaveCount(0);
});

test('an update that waited is told without a promise for what is over by now, and says when it was written', async ({ page, open, context, browser, baseURL, signedIn }) => {
  await signedIn('Curlew');
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Offline ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  await ready(page);
  const address = new URL(page.url()).pathname;
  await context.setOffline(true);
  await composer(page).getByLabel('Tell everybody').check();
  await composer(page).getByLabel('Next update').selectOption('in 30 min');
  await write(page, 'A fix is out.');
  // Two hours ago.
  await page.evaluate(() => {
    const name = Object.keys(localStorage).find((key) => key.includes(':waits:'));
    const entry = new URLSearchParams(localStorage.getItem(name));
    const body = new URLSearchParams(entry.get('body'));
    body.set('written_at', new Date(Date.now() - 7_200_000).toISOString());
    entry.set('body', String(body));
    localStorage.setItem(name, String(entry));
  });

  const others = await browser.newContext({ baseURL });
  const other = await others.newPage();
  await signIn(other, 'Godwit');
  await other.goto(address);
  await ready(other);
  await other.getByRole('button', { name: 'It’s over' }).click();
  await expect(other.locator('.situation')).toContainText('Recovered');
  await others.close();

  await context.setOffline(false);
  const told = page.locator('.moment').filter({ hasText: 'A fix is out.' });
  await expect(told).toContainText(/Written at .*\d\d:\d\d \(Tokyo, JST\), when there was no network\./);
  await expect(told).not.toContainText('Next update promised');
  await expect(waiting(page)).toHaveCount(0);
});

test('what is written in a doubled tab is not taken for what the other tab sent', async ({ page, open, context, signedIn }, info) => {
  await signedIn('Curlew');
  const used = '01900000-0000-4000-8000-' + String(Date.now()).padStart(12, '0').slice(-12);
  // A browser puts back what stood in the fields of the tab that was doubled.
  await page.addInitScript((id) => {
    document.addEventListener('DOMContentLoaded', () => {
      const request = document.querySelector('form[data-offline] input[name=request]');
      if (request) request.value = id;
    });
  }, used);
  await open('/incidents/INC-20');
  const request = composer(page).locator('input[name=request]');
  await expect(request).not.toHaveValue(used);
  const put = () => request.evaluate((input, id) => { input.value = id; }, used);
  const [first, second] = [unique('Sent by the first tab', info), unique('Written in the second', info)];
  await put();
  await field(page).fill(first);
  await field(page).press('Control+Enter');
  await expect(page.locator('#timeline').getByText(first, { exact: true })).toHaveCount(1);
  await context.setOffline(true);
  await put();
  await write(page, second);
  await context.setOffline(false);
  await expect(page.locator('#timeline').getByText(second, { exact: true })).toHaveCount(1);
});
