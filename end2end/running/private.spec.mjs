// Who can see an incident: public to private and back, what becomes of whoever had a role,
// and an admin who lets themselves in.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const words = (what) => `${what} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
const situation = (page) => page.locator('.situation');
const form = (page, id) => page.locator(`form[id="${id}"]`);
const done = (page, says) => expect(page.getByRole('status').filter({ hasText: says }).first()).toBeVisible();

/** Opens the handle or menu that a form is folded away in, from the outside to the inside. */
async function unfold(page, id) {
  const around = page.locator('details').filter({ has: form(page, id) });
  for (const details of await around.all()) {
    if (!(await details.evaluate((element) => element.open))) await details.locator('> summary').click();
  }
  await expect(form(page, id)).toBeVisible();
  return form(page, id);
}

/** A new incident of whoever looks; its address. */
async function declared(page, alive, title, isPrivate = false) {
  await page.goto('/declare');
  if (alive) await ready(page);
  await page.getByRole('textbox', { name: 'What looks wrong?' }).fill(title);
  if (isPrivate) {
    await page.getByText('Only for some people').click();
    await page.getByLabel(/Private: only you can see it/).check();
  }
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(isPrivate ? /\/incidents\/PRV-\d+/ : /\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  await page.goto(address);
  if (alive) await ready(page);
  return address;
}

async function visibility(page, word) {
  await (await unfold(page, 'visibility')).getByRole('button', { name: word }).click();
  await done(page, 'Who can see it is changed.');
}

async function gives(page, id, label, button, person) {
  const giving = await unfold(page, id);
  await giving.getByLabel(label).fill(person);
  await giving.getByRole('button', { name: button, exact: true }).click();
}

/** Somebody else's own browser. */
async function as(browser, baseURL, person, act) {
  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, person);
    return await act(other);
  } finally {
    await context.close();
  }
}

const status = async (page, address) => (await page.goto(address)).status();

// The browser notes in its console that a page is not there for whoever is outside.
test.use({ expectedErrors: [[/status of 404/], { option: true }] });

test('public to private and back: whoever keeps it is named, and nobody else does', async ({ page, signedIn, open, alive, browser, baseURL }) => {
  await signedIn('Curlew');
  const title = words('Badges open every door');
  const address = await declared(page, alive, title);
  await gives(page, 'invite', 'Invite', 'Invite', 'Plover');
  await done(page, 'They are invited.');
  await as(browser, baseURL, 'Godwit', async (godwit) => {
    await as(browser, baseURL, 'Plover', async (plover) => {
      await godwit.goto(address);
      await expect(godwit.getByRole('heading', { level: 1 })).toHaveText(title);
      const going = await unfold(page, 'visibility');
      await expect(going).toContainText(/only Curlew, Plover and you can see it, and whoever is invited later\./);
      await expect(going).toContainText('the announcement there says nothing of it any more and its thread is deleted');
      await visibility(page, 'Make it private');
      expect(await status(godwit, address)).toBe(404);
      await expect(godwit.locator('body')).not.toContainText(title);
      expect(await status(plover, address)).toBe(200);
      await expect(plover.getByRole('heading', { level: 1 })).toHaveText(title);
      await open(address);
      await visibility(page, 'Make it public');
      expect(await status(godwit, address)).toBe(200);
    });
  });
});

test('the lead stays inside when it goes private, and when they give it away', async ({ page, signedIn, open, alive, browser, baseURL }) => {
  await signedIn('Curlew');
  const title = words('Somebody reads along');
  // Plover reports it, Curlew leads it.
  const address = await as(browser, baseURL, 'Plover', (plover) => declared(plover, alive, title));
  await open(address);
  await (await unfold(page, 'take-lead')).getByRole('button', { name: 'Take the lead' }).click();
  await done(page, 'You lead.');
  await open(address);
  await visibility(page, 'Make it private');
  await open(address);
  await as(browser, baseURL, 'Godwit', async (godwit) => {
    expect(await status(godwit, address)).toBe(404);
    await gives(page, 'give-lead', 'Give the lead to', 'Give the lead', 'Plover');
    await expect(situation(page)).toContainText('Plover');
    // Whoever gave it sees that it worked, and can help on.
    expect(await status(page, address)).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(situation(page)).toContainText('Plover');
    expect(await status(godwit, address)).toBe(404);
  });
});

test('an admin knows that it exists, and lets themselves in on the record', async ({ page, signedIn, open, alive, browser, baseURL }) => {
  const title = words('A letter to the board');
  await signedIn('Avocet');
  await as(browser, baseURL, 'Curlew', async (curlew) => {
    const address = await declared(curlew, alive, title, true);
    const reference = address.split('/').at(-1);
    expect(await status(page, address)).toBe(404);
    await open('/settings');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Private incidents' }).click();
    await expect(page).toHaveURL(/\/settings\/private$/);
    const entry = page.locator('.entry').filter({ hasText: new RegExp(`${reference}(?!\\d)`) });
    await expect(entry).toContainText('since');
    await expect(page.locator('body')).not.toContainText(title);
    if (alive) {
      await accessible(page);
      await fitsItsWidth(page);
    }
    await entry.getByRole('button', { name: `Let me in to ${reference}`, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await done(page, 'You are inside now.');
    await curlew.goto(address);
    await expect(curlew.locator('#timeline')).toContainText('let themselves in.');
    await open('/settings/private');
    await expect(entry.getByRole('link', { name: reference, exact: true })).toHaveAttribute('href', address);
  });
});

test('the page of private incidents is for admins', async ({ page, signedIn, open }) => {
  await signedIn('Godwit');
  await open('/settings');
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Private incidents' })).toHaveCount(0);
  const answer = await page.request.get('/settings/private', { maxRedirects: 0 });
  expect(answer.status()).toBe(403);
});

test('the form says who is told of it, and does not contradict its tick', async ({ page, signedIn, open }) => {
  await signedIn('Plover');
  await open('/declare');
  const foot = page.locator('main .dialog-foot');
  await expect(foot.getByText(/^(Announces it to everybody|Everybody can see it)/)).toBeVisible();
  await expect(foot.getByText('Only you can see it. It is announced to nobody.')).toBeHidden();
  await page.getByText('Only for some people').click();
  await page.getByLabel(/Private: only you can see it/).check();
  await expect(foot.getByText(/Announces it to everybody|Everybody can see it/)).toBeHidden();
  await expect(foot.getByText('Only you can see it. It is announced to nobody.')).toBeVisible();
});
