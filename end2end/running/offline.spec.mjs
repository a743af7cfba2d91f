// Notes that are written without a network.
import { accessible, expect, ready, test } from '../tests/person.mjs';

test.skip(({ alive }) => !alive, 'needs a script');
test.use({ expectedErrors: [[/net::ERR_|status of 404/], { option: true }] });

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
