// What is known of the cause: its words, what on the timeline shows it, and what happens when
// two people write it at once.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const settle = (page) => page.locator('form[id="settle-cause"]');
const known = (page) => page.locator('.summary.cause');

// The browser notes in its console that the second was too late.
test.use({ expectedErrors: [[/status of 409 .*\/api\/incidents\/(settle-cause|accept-unknown)\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

/** A new incident of one's own; its address. */
async function declared(page, open) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Cause ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  const address = new URL(page.url()).pathname;
  await open(address);
  return address;
}

/** Opens what the form of the cause is folded away in. */
async function unfold(page) {
  const around = page.locator('details').filter({ has: settle(page) });
  for (const details of await around.all()) {
    if (!(await details.evaluate((element) => element.open))) await details.locator('> summary').click();
  }
  await expect(settle(page)).toBeVisible();
  return settle(page);
}

async function note(page, words) {
  const composer = page.locator('form.composer');
  await composer.locator('textarea').fill(words);
  await composer.getByRole('button', { name: 'Post' }).click();
  await expect(page.locator('.moment').filter({ hasText: words })).toBeVisible();
}

async function save(page) {
  await settle(page).getByRole('button', { name: 'Save the cause' }).click();
}

test('what shows the cause is chosen, stays with other words, and goes when it is taken away', async ({ page, open, alive }) => {
  await declared(page, open);
  // Written after the page was made: what can show the cause is of the moment it is asked for.
  await note(page, 'The graph of the disk.');
  let form = await unfold(page);
  await form.getByLabel('How far is the cause known?').selectOption('Suspected');
  await form.getByLabel('What was it?').fill('A full disk.');
  await form.locator('details > summary').click();
  await form.getByLabel(/The graph of the disk\./).check();
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await save(page);
  await expect(known(page)).toContainText('A full disk.');
  await expect(known(page).locator('li')).toContainText('The graph of the disk.');

  form = await unfold(page);
  await expect(form.getByLabel('What was it?')).toHaveValue('A full disk.');
  await form.getByLabel('What was it?').fill('A full disk on one machine.');
  await save(page);
  await expect(known(page)).toContainText('A full disk on one machine.');
  await expect(known(page).locator('li')).toContainText('The graph of the disk.');

  // The way to the item finds it among the others.
  await known(page).locator('li a').click();
  await expect(page).toHaveURL(/around=.+#t-/);
  await expect(page.locator('.moment').filter({ hasText: 'The graph of the disk.' })).toBeVisible();

  if (alive) await ready(page);
  form = await unfold(page);
  await form.locator('details > summary').click();
  await form.getByLabel(/The graph of the disk\./).uncheck();
  await save(page);
  await expect(known(page).locator('li')).toHaveCount(0);
  await expect(known(page)).toContainText('A full disk on one machine.');
});

test('the second who writes the cause sees what the first wrote, and chooses', async ({ page, open, alive, browser, baseURL }) => {
  const address = await declared(page, open);
  const form = await unfold(page);
  await form.getByLabel('How far is the cause known?').selectOption('Suspected');
  await form.getByLabel('What was it?').fill('A bad index.');

  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(address);
    if (alive) await ready(other);
    const theirs = await unfold(other);
    await theirs.getByLabel('How far is the cause known?').selectOption('Suspected');
    await theirs.getByLabel('What was it?').fill('A full disk.');
    await save(other);
    await expect(known(other)).toContainText('A full disk.');
  } finally {
    await context.close();
  }

  await save(page);
  const conflict = page.locator('.conflict');
  await expect(conflict).toContainText(/Godwit changed the cause to Suspected, “A full disk\.” .* ago\./);
  await expect(conflict).toContainText('Yours: Suspected, “A bad index.”');
  await expect(settle(page).getByLabel('What was it?')).toHaveValue('A bad index.');
  if (alive) {
    await ready(page);
    await accessible(page);
  }
  await save(page);
  await expect(known(page)).toContainText('A bad index.');
  await expect(page.locator('.conflict')).toHaveCount(0);
});

test('whoever accepts that it stays unknown can say which signal was missing', async ({ page, open }) => {
  await declared(page, open);
  const form = await unfold(page);
  const signal = form.getByLabel('Which signal was missing?');
  await expect(signal).toBeHidden();
  await form.getByLabel('How far is the cause known?').selectOption('Accepted unknown');
  await signal.fill('The age of the queue');
  await fitsItsWidth(page);
  await save(page);
  await expect(known(page)).toContainText('The cause is accepted as unknown.');
  await expect(page.locator('#action-items')).toContainText('The age of the queue');
  await expect(page.locator('#action-items')).toContainText('Detect');
});
