// The lead changes hands: offered with a baton note, answered by whoever was asked.
import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

/** A practice incident that Curlew leads; its address. */
async function led(page, open, alive) {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Hand-off ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  const address = new URL(page.url()).pathname;
  if (alive) await ready(page);
  await page.locator('form[id="lead-it"]').getByRole('button', { name: 'Take the lead' }).click();
  await expect(page.locator('.situation summary').filter({ hasText: 'Curlew' })).toBeVisible();
  return address;
}

async function offer(page, words) {
  await page.locator('.hand-off-offer > summary').click();
  const form = page.locator('form[id="offer-hand-off"]');
  const note = form.getByLabel('Baton note');
  for (const part of ['**State**', '**Tried**', '**Next**', '**Risks**', '**Who is asleep**']) await expect(note).toHaveValue(new RegExp(part.replaceAll('*', '\\*')));
  await note.fill(`${await note.inputValue()}\n\n${words}`);
  const godwit = form.getByLabel('To whom?').locator('option').filter({ hasText: /^Godwit, (at work until|not at work)/ });
  await form.getByLabel('To whom?').selectOption(await godwit.getAttribute('value'));
  await form.getByRole('button', { name: 'Offer the lead' }).click();
  await expect(page.locator('#hand-off')).toContainText('offers the lead to Godwit');
}

/** Godwit's own browser on the same address. */
async function asGodwit(browser, baseURL, alive, address, act) {
  const context = await browser.newContext({ baseURL });
  try {
    const other = await context.newPage();
    await signIn(other, 'Godwit');
    await other.goto(address);
    if (alive) await ready(other);
    await act(other);
  } finally {
    await context.close();
  }
}

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('the lead is offered with a note that is written already, and accepted', async ({ page, open, alive, browser, baseURL }) => {
  const address = await led(page, open, alive);
  await offer(page, 'Watch the retry queue.');
  await expect(page.locator('#hand-off').getByRole('button', { name: 'Take over' })).toBeHidden();
  await expect(page.locator('#hand-off').getByRole('button', { name: 'Take it back' })).toBeVisible();
  await fitsItsWidth(page);
  if (alive) await accessible(page);
  await asGodwit(browser, baseURL, alive, address, async (other) => {
    await expect(other.locator('#hand-off')).toContainText('Watch the retry queue.');
    await expect(other.locator('#hand-off').getByRole('button', { name: 'Take it back' })).toBeHidden();
    await other.goto('/to-do');
    await expect(other.locator('.to-do .owed').first()).toContainText('Curlew offers you the lead');
    await other.goto(address);
    if (alive) await ready(other);
    await other.locator('#hand-off').getByRole('button', { name: 'Take over' }).click();
    await expect(other.locator('.situation')).toContainText('Godwit');
  });
  if (!alive) await page.reload();
  await expect(page.locator('.situation')).toContainText('Godwit');
});

test('the note says what was told and what was tried, until the moment it is asked for', async ({ page, open, alive }) => {
  await led(page, open, alive);
  const composer = page.locator('form.composer');
  for (const [words, isUpdate] of [['Every eighth hook is late.', true], ['Rolled the worker back.', false]]) {
    if (isUpdate) await composer.getByLabel('Tell everybody').check();
    await composer.locator('textarea').fill(words);
    await composer.getByRole('button', { name: 'Post' }).click();
    await expect(page.locator('.moment').filter({ hasText: words })).toBeVisible();
  }
  await page.locator('.hand-off-offer > summary').click();
  const note = page.locator('form[id="offer-hand-off"]').getByLabel('Baton note');
  await expect(note).toHaveValue(/Last told to everybody, at .*: .*Every eighth hook is late\./);
  await expect(note).toHaveValue(/\*\*Tried\*\*\n\n- .* Curlew: .*Rolled the worker back\./);
  await expect(note).not.toHaveValue(/Nothing was told to everybody yet/);
});

test('a hand-off that is declined comes back to its giver, loudly', async ({ page, open, alive, browser, baseURL }) => {
  const address = await led(page, open, alive);
  await offer(page, 'Anything.');
  await asGodwit(browser, baseURL, alive, address, async (other) => {
    await other.locator('#hand-off').getByRole('button', { name: 'I cannot' }).click();
    await expect(other.locator('#hand-off').getByRole('button', { name: 'I cannot' })).toHaveCount(0);
  });
  if (!alive) await page.reload();
  await expect(page.locator('#hand-off [role=alert]')).toContainText('Godwit cannot take over. Curlew still leads.');
  await expect(page.locator('.hand-off-offer')).toBeVisible();
});

test('the giver takes it back', async ({ page, open, alive }) => {
  await led(page, open, alive);
  await offer(page, 'Anything.');
  await page.locator('#hand-off').getByRole('button', { name: 'Take it back' }).click();
  await expect(page.locator('.hand-off-offer')).toBeVisible();
  await expect(page.locator('#hand-off').filter({ hasText: 'offers the lead' })).toHaveCount(0);
});

test('whether somebody is at work is said calmly', async ({ page, open }) => {
  await open('/incidents/INC-20');
  await expect(page.locator('.coverage')).toHaveText(/^(Coverage ends in .+: \w+ works until .+\.|It is outside everybody’s working hours\.)$/);
});
