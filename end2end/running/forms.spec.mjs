// Forms that are sent without a reload, and what they do when the answer is bad news.
import { accessible, expect, signIn, test } from '../tests/person.mjs';

test.use({ expectedErrors: [[/net::ERR_|status of (401|404|409|422|503)/], { option: true }] });

const NOTE = '**/api/incidents/note';
const composer = (page) => page.locator('form[data-offline]');
const field = (page) => composer(page).locator('textarea');
const inTimeline = (page, text) => page.locator('#timeline').getByText(text, { exact: true });
const unique = (words, info) => `${words} (${info.project.name} ${Date.now()})`;

test('a note is written down, without a reload where there is WebAssembly', async ({ page, open, signedIn, alive }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const text = unique('The queue is shorter now.', info);
  await page.evaluate(() => { window.stays = true; }).catch(() => {});
  const request = await composer(page).locator('input[name=request]').inputValue();
  await field(page).fill(text);
  await composer(page).getByRole('button', { name: 'Post' }).click();
  await expect(inTimeline(page, text)).toHaveCount(1);
  await expect(field(page)).toHaveValue('');
  expect(await composer(page).locator('input[name=request]').inputValue()).not.toBe(request);
  if (!alive) return;
  expect(await page.evaluate(() => window.stays)).toBe(true);
  await expect(page.locator('#said')).toHaveText('Written down.');
  await expect(field(page)).toBeFocused();
});

test('Ctrl+Enter sends, and a second press while it is under way does nothing', async ({ page, open, signedIn, alive }, info) => {
  test.skip(!alive, 'needs a script');
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const text = unique('Pressed twice.', info);
  let sent = 0;
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await page.route(NOTE, async (route) => { sent += 1; await held; await route.continue(); });
  await field(page).fill(text);
  await field(page).press('Control+Enter');
  await expect(composer(page)).toHaveAttribute('aria-busy', 'true');
  await field(page).press('Control+Enter');
  await composer(page).getByRole('button', { name: 'Post' }).click();
  go();
  await expect(inTimeline(page, text)).toHaveCount(1);
  expect(sent).toBe(1);
});

test('what is refused says why beside its field', async ({ page, open, signedIn, alive }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await field(page).fill('   ');
  await composer(page).getByRole('button', { name: 'Post' }).click();
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(composer(page).locator('.field-error')).toContainText('is empty. Write something.');
  if (!alive) return;
  await expect(field(page)).toBeFocused();
  const described = await field(page).getAttribute('aria-describedby');
  await expect(composer(page).locator('.field-error')).toHaveAttribute('id', described.split(' ')[0]);
  await accessible(page);
});

test('an answer that is lost on the way back is asked for again and acts once', async ({ page, open, signedIn, alive }, info) => {
  test.skip(!alive, 'needs a script');
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const text = unique('Its answer is lost.', info);
  const requests = [];
  await page.route(NOTE, async (route) => {
    requests.push(new URLSearchParams(route.request().postData()).get('request'));
    if (requests.length > 1) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await field(page).fill(text);
  await field(page).press('Control+Enter');
  await expect.poll(() => requests.length).toBeGreaterThan(1);
  await expect(page.locator('#waiting')).toHaveCount(0);
  expect(new Set(requests).size).toBe(1);
  await page.reload();
  await expect(inTimeline(page, text)).toHaveCount(1);
});

test('a session that ended keeps the text and says where to sign in', async ({ page, open, context, alive }, info) => {
  test.skip(!alive, 'needs a script');
  await signIn(page, 'Dunlin');
  await open('/incidents/INC-20');
  const text = unique('Written after the session ended.', info);
  await context.clearCookies({ name: /session/ });
  await field(page).fill(text);
  await field(page).press('Control+Enter');
  await expect(composer(page).getByRole('alert')).toContainText('You are signed out. Sign in again; nothing is lost.');
  await expect(field(page)).toHaveValue(text);
  // In another tab: this one holds what was typed.
  const [tab] = await Promise.all([context.waitForEvent('page'), composer(page).getByRole('link', { name: 'Sign in' }).click()]);
  await tab.getByRole('link', { name: 'Sign in with Slack' }).click();
  await tab.getByRole('button', { name: 'Sign in as Dunlin' }).click();
  await tab.waitForURL(/\/incidents\/INC-20/);
  await expect(field(tab)).toHaveValue(text);
  await expect(tab.locator('.kept')).toContainText('Kept from');
  await tab.close();
  await expect(field(page)).toHaveValue(text);
  await field(page).press('Control+Enter');
  await expect(inTimeline(page, text)).toHaveCount(1);
});

test('what somebody wrote is not sent as whoever signed in after them', async ({ page, open, context, signedIn, alive }, info) => {
  test.skip(!alive, 'needs a script');
  await signIn(page, 'Dunlin');
  await open('/incidents/INC-20');
  const text = unique('Not by Curlew.', info);
  await context.clearCookies({ name: /session/ });
  await signedIn('Curlew');
  await field(page).fill(text);
  await field(page).press('Control+Enter');
  await expect(composer(page).getByRole('alert')).toContainText('You are signed out.');
  await page.reload();
  await expect(inTimeline(page, text)).toHaveCount(0);
  await expect(field(page)).toHaveValue('');
});
