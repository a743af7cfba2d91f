import { accessible, expect, fitsItsWidth, ready, test } from '../tests/person.mjs';

// The browser notes in its console that the server asked back about a time.
test.use({ expectedErrors: [[/status of 422 .*\/api\/incidents\/note\)$/], { option: true }] });

/** A practice incident of this test's own, so that no other test counts it. */
async function practise(page, open, alive) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Composer ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  if (alive) await ready(page);
}

const composer = (page) => page.locator('form.composer');
const text = (page) => composer(page).locator('textarea');
const moment = (page, words) => page.locator('.moment').filter({ hasText: words });
const post = (page) => composer(page).getByRole('button', { name: 'Post' }).click();

test('a note is written down, and the field is free for the next', async ({ page, open, alive, signedIn }) => {
  await signedIn('Curlew');
  await practise(page, open, alive);
  await text(page).fill('The queue is **longer** than ever.');
  await post(page);
  await expect(moment(page, 'The queue is longer than ever.')).toBeVisible();
  await expect(moment(page, 'The queue').locator('strong')).toHaveText('longer');
  await expect(text(page)).toHaveValue('');
  await expect(page.getByRole('status').filter({ hasText: 'Written down.' })).toBeVisible();
});

test('telling everybody is one choice, and brings status and promise along', async ({ page, open, alive, signedIn }) => {
  await signedIn('Curlew');
  await practise(page, open, alive);
  const status = composer(page).getByLabel('Status');
  await expect(status).toBeHidden();
  await composer(page).getByLabel('Tell everybody').check();
  await expect(composer(page).getByText('Everybody following is told.')).toBeVisible();
  if (alive) await accessible(page);
  await fitsItsWidth(page);
  await status.selectOption('Monitoring');
  await composer(page).getByLabel('Next update').selectOption('in 30 min');
  await text(page).fill('A fix is out.');
  await post(page);
  await expect(moment(page, 'told everybody: A fix is out.')).toContainText('Status: Monitoring. Next update promised for');
  await expect(page.locator('.situation')).toContainText('Monitoring');
});

test('what happened earlier stands in its place in time', async ({ page, open, alive, signedIn }) => {
  await signedIn('Curlew');
  await practise(page, open, alive);
  await expect(composer(page).getByLabel('When it happened')).toBeHidden();
  await composer(page).getByLabel('It happened earlier').check();
  await expect(composer(page).getByText('Tokyo, JST')).toBeVisible();
  await composer(page).getByLabel('When it happened').fill('2025-11-20T23:26');
  await text(page).fill('The first customer wrote.');
  await post(page);
  const written = moment(page, 'The first customer wrote.');
  await expect(written.locator('time')).toHaveAttribute('datetime', '2025-11-20T14:26:00Z');
  await expect(written).toContainText('Written down at');
  await expect(page.locator('.moment').last()).toContainText('The first customer wrote.');
});

test('a time that the clocks skipped or showed twice is asked about, never guessed', async ({ page, open, alive, signedIn }) => {
  await signedIn('Godwit');
  await practise(page, open, alive);
  for (const [typed, choice, instant] of [
    ['2025-03-09T02:30', 'Sun 9 Mar 2025, 03:30 PDT', '2025-03-09T10:30:00Z'],
    ['2025-11-02T01:30', 'Sun 2 Nov 2025, 01:30 PDT', '2025-11-02T08:30:00Z'],
  ]) {
    const says = `Seen at ${typed}.`;
    await composer(page).getByLabel('It happened earlier').check();
    await composer(page).getByLabel('When it happened').fill(typed);
    await text(page).fill(says);
    await post(page);
    const which = composer(page).getByRole('group', { name: 'Which one?' });
    await expect(which.getByRole('radio')).toHaveCount(2);
    await expect(text(page)).toHaveValue(says);
    if (alive) await ready(page);
    await which.getByLabel(choice).check();
    await post(page);
    await expect(moment(page, says).locator('time')).toHaveAttribute('datetime', instant);
  }
});

test('sent twice, it is written once', async ({ page, open, alive, signedIn }) => {
  await signedIn('Curlew');
  await practise(page, open, alive);
  const address = page.url();
  const fields = await composer(page).evaluate((form) => Object.fromEntries(new FormData(form)));
  const sent = { ...fields, body: 'Once only.', what: 'update', next_update_in: '30' };
  const origin = new URL(address).origin;
  const send = () => page.request.post('/api/incidents/note', { form: sent, headers: { accept: 'application/json', origin } });
  const answers = await Promise.all(Array.from({ length: 8 }, send));
  expect(answers.map((answer) => answer.status())).toEqual(Array(8).fill(200));
  await open(address);
  await expect(moment(page, 'Once only.')).toHaveCount(1);
});

test('Ctrl+Enter posts, and the page stays', async ({ page, open, alive, signedIn }) => {
  test.skip(!alive, 'a plain form is sent by its button');
  await signedIn('Curlew');
  await practise(page, open, alive);
  await page.evaluate(() => { window.stayed = true; });
  await text(page).fill('By key.');
  await text(page).press('Control+Enter');
  await expect(moment(page, 'By key.')).toBeVisible();
  expect(await page.evaluate(() => window.stayed)).toBe(true);
});

test('how much room is left is said only near the end', async ({ page, open, alive, signedIn }) => {
  test.skip(!alive, 'without a script the browser stops at the end');
  await signedIn('Curlew');
  await practise(page, open, alive);
  await text(page).fill('x'.repeat(1000));
  await expect(page.locator('.field-count')).toHaveCount(0);
  await text(page).fill('x'.repeat(19_990));
  await expect(page.locator('.field-count')).toHaveText('10 characters are left.');
});

test('what is over can still be added to, and promises nothing', async ({ page, open, signedIn }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-12');
  await composer(page).getByLabel('Tell everybody').check();
  await expect(composer(page).getByLabel('Status')).toHaveCount(0);
  await expect(composer(page).getByLabel('Next update')).toHaveCount(0);
});
