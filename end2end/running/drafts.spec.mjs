// What is being typed survives on the device, for whoever typed it.
import { accessible, expect, personMenu, ready, signIn, test } from '../tests/person.mjs';

test.skip(({ alive }) => !alive, 'without a script nothing is kept');

const composer = (page) => page.locator('form[data-offline]');
const field = (page) => composer(page).locator('textarea');
const unique = (words, info) => `${words} (${info.project.name} ${Date.now()})`;
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':draft:')).length);

async function typeSlowly(page, text) {
  await field(page).fill(text);
  await expect.poll(() => kept(page)).toBe(1);
}

test('a text survives a reload and a way through another page, and can be discarded', async ({ page, open, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const text = unique('Half a thought', info);
  await typeSlowly(page, text);
  await page.reload();
  await ready(page);
  await expect(field(page)).toHaveValue(text);
  await expect(page.locator('.kept')).toHaveText(/^Kept from \d\d:\d\d\. Discard\s*$/);
  await accessible(page);
  // Typed, and left at once by a link: nothing is asked, nothing is lost.
  await field(page).pressSequentially(' and the rest');
  await page.getByRole('link', { name: 'Incidents' }).first().click();
  await page.waitForURL(/\/incidents$/);
  await open('/incidents/INC-20');
  await expect(field(page)).toHaveValue(`${text} and the rest`);
  await page.locator('.kept').getByRole('button', { name: 'Discard' }).click();
  await expect(field(page)).toHaveValue('');
  expect(await kept(page)).toBe(0);
  await page.reload();
  await ready(page);
  await expect(field(page)).toHaveValue('');
});

test('what the server has is not offered again', async ({ page, open, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const text = unique('Sent and done', info);
  await typeSlowly(page, text);
  await field(page).press('Control+Enter');
  await expect(page.locator('#timeline').getByText(text, { exact: true })).toHaveCount(1);
  await expect.poll(() => kept(page)).toBe(0);
  await page.reload();
  await ready(page);
  await expect(field(page)).toHaveValue('');
});

test('a short field keeps what was typed too, and shows it where it is opened', async ({ page, open, signedIn }, info) => {
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  const form = page.locator('form[id="add-task"]');
  const title = form.getByLabel('What is to be done?');
  const unfold = () => page.locator('#tasks summary').getByText('Add a task').click();
  await unfold();
  const text = unique('Drain the queue', info);
  await title.fill(text);
  await expect.poll(() => kept(page)).toBe(1);
  await page.reload();
  await ready(page);
  await unfold();
  await expect(title).toHaveValue(text);
  await expect(form.locator('.kept')).toContainText('Kept from');
  await form.locator('.kept').getByRole('button', { name: 'Discard' }).click();
  await expect(title).toHaveValue('');
  expect(await kept(page)).toBe(0);
});

test('who types without a pause has it kept all the same', async ({ page, open, signedIn }) => {
  await page.clock.install();
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  // No timer runs from here on: for the page, nobody ever stops typing.
  const still = Date.now() + 60_000;
  await page.clock.pauseAt(still);
  const draft = () => page.evaluate(() => Object.entries(localStorage).find(([key]) => key.includes(':draft:'))?.[1].split('\n')[1]);
  await field(page).press('a');
  await page.clock.setSystemTime(still + 1_000);
  await field(page).press('b');
  expect(await draft()).toBe('a');
  await page.clock.setSystemTime(still + 4_000);
  await field(page).press('c');
  expect(await draft()).toBe('abc');
});

test('signing out asks what becomes of it, and nobody else sees it', async ({ page, open, context }, info) => {
  await signIn(page, 'Godwit');
  await open('/incidents/INC-20');
  const text = unique('Only for Godwit', info);
  await typeSlowly(page, text);
  const signOut = async (choice) => {
    await personMenu(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('dialog', { name: 'Text that was not sent is on this device' })).toBeVisible();
    await page.getByRole('button', { name: choice }).click();
  };
  await signOut('Stay signed in');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(field(page)).toHaveValue(text);
  await signOut('Keep and sign out');
  await page.waitForURL(/sign-in/);

  await signIn(page, 'Knot');
  await open('/incidents/INC-20');
  await expect(field(page)).toHaveValue('');
  await context.clearCookies({ name: /session/ });

  await signIn(page, 'Godwit');
  await open('/incidents/INC-20');
  await expect(field(page)).toHaveValue(text);
  await signOut('Discard and sign out');
  await page.waitForURL(/sign-in/);
  expect(await kept(page)).toBe(0);
});

test('a browser that keeps nothing says so once', async ({ page, open, signedIn }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await signedIn('Curlew');
  await open('/incidents/INC-20');
  await field(page).fill('This stays here only.');
  await expect(page.locator('#said')).toContainText('This browser cannot keep drafts.');
  await expect(field(page)).toHaveValue('This stays here only.');
});
