import { accessible, expect, fitsItsWidth, ready, signIn, test } from '../tests/person.mjs';

const field = (page) => page.getByRole('textbox', { name: 'What looks wrong?' });
const over = (page) => page.getByRole('dialog').filter({ hasText: 'What looks wrong?' });
/** Words that no other test and no earlier run has declared. */
const words = (what) => `${what} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

// The browser notes in its console that nothing was declared with a title of nothing.
test.use({ expectedErrors: [[/status of 422 .*\/api\/incidents\/declare\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Plover'));

test('from any page, one field, and one lands on the new homepage', async ({ page, open, alive }) => {
  await open('/profile');
  await page.locator('.frame').getByRole('link', { name: 'Declare' }).click();
  if (alive) await expect(over(page)).toBeVisible();
  else await expect(page).toHaveURL(/\/declare$/);
  const title = words('Badges are grey');
  await field(page).fill(title);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(page.getByRole('status').filter({ hasText: 'Declared.' })).toBeVisible();
  await expect(page.locator('.situation')).toContainText('Sev2');
  await expect(page.locator('main')).toContainText('Missing:');
});

test('Enter in the field declares the real thing', async ({ page, open }) => {
  await open('/declare');
  await field(page).fill(words('Logs arrive late'));
  await field(page).press('Enter');
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
});

test('practice is one more button, and never counts', async ({ page, open }) => {
  await open('/declare');
  await field(page).fill(words('The office cat is back in the tree'));
  await page.getByRole('button', { name: 'Only to practise' }).click();
  await expect(page).toHaveURL(/\/incidents\/TRY-\d+/);
  await expect(page.locator('.situation')).toContainText('Practice');
});

test('a private one is private from its first moment', async ({ page, open }) => {
  await open('/declare');
  const title = words('Payslips were visible');
  await field(page).fill(title);
  await page.getByText('Only for some people').click();
  await page.getByLabel(/Private: only you can see it/).check();
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/PRV-\d+/);
  await expect(page.locator('main')).toContainText('Only you can see it.');
});

test('sent twice, it is one incident', async ({ page, open }) => {
  await open('/declare');
  await field(page).fill(words('Clones fail'));
  const sent = await page.locator('main form.declare').evaluate((form) => Object.fromEntries(new FormData(form)));
  const origin = new URL(page.url()).origin;
  const send = () => page.request.post('/api/incidents/declare', { form: sent, headers: { accept: 'text/html', origin }, maxRedirects: 0 });
  const [one, two] = await Promise.all([send(), send()]);
  expect(one.headers().location).toMatch(/\/incidents\/INC-\d+/);
  expect(two.headers().location).toBe(one.headers().location);
});

test('what was typed survives a refusal, which stands beside it', async ({ page, open, alive }) => {
  await open('/declare');
  // Invisible characters pass the browser's own check and say nothing.
  await field(page).fill('\u200b');
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  // With a script the page stays as it is; without one it comes back.
  await expect(page).toHaveURL(alive ? /\/declare$/ : /\/declare\?refused=/);
  await expect(page.locator('main .field-error')).toBeVisible();
  await expect(field(page)).toHaveValue('\u200b');
  await expect(page.locator('main [name=title]')).toHaveAttribute('aria-invalid', 'true');
  if (alive) await accessible(page);
});

test('what happens already shows while one types, and can be followed', async ({ page, open, alive }) => {
  test.skip(!alive, 'without a script it is offered on the new homepage');
  await open('/declare');
  await field(page).pressSequentially('late web hooks');
  const same = page.locator('.similar').filter({ hasText: 'Webhooks delayed for some tenants' });
  await expect(same).toBeVisible();
  await accessible(page);
  await fitsItsWidth(page);
  await same.getByRole('link', { name: /Yes, this one/ }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-20$/);
});

test('nothing is shown of a private incident to who may not read it', async ({ page, open, browser, baseURL, alive }) => {
  test.skip(!alive, 'it shows while one types');
  await open('/declare');
  const secret = `Zibeline${Date.now().toString(36)} payroll`;
  await field(page).fill(secret);
  await page.getByText('Only for some people').click();
  await page.getByLabel(/Private: only you can see it/).check();
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/PRV-\d+/);
  const similar = (asks) => asks.request.post('/api/incidents/similar', { form: { title: secret }, headers: { origin: baseURL } });
  expect(await (await similar(page)).text()).toContain(secret);
  const stranger = await browser.newContext({ baseURL });
  try {
    expect((await similar(stranger)).status()).toBe(401);
    const colleague = await stranger.newPage();
    await signIn(colleague, 'Godwit');
    const theirs = await similar(stranger);
    expect(theirs.status()).toBe(200);
    expect(await theirs.text()).not.toContain(secret.split(' ')[0]);
  } finally {
    await stranger.close();
  }
});

test('a new one that looks like another says so on top, and offers to merge them', async ({ page, open }) => {
  const title = words('Turbine telemetry stalls');
  for (const again of [title, `${title} badly`]) {
    await open('/declare');
    await field(page).fill(again);
    await page.getByRole('button', { name: 'Declare', exact: true }).click();
    await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  }
  const same = page.locator('.same').filter({ hasText: title }).first();
  await expect(same).toContainText('Maybe the same as INC-');
  const reference = (await same.getByRole('link').textContent()).match(/INC-\d+/)[0];
  await expect(same.getByRole('button', { name: `Merge this into ${reference}` })).toBeVisible();
  await expect(same.locator('input[name=target]')).toHaveValue(reference);
});

test.describe('by keyboard', () => {
  test.beforeEach(({ alive }, info) => test.skip(!alive || info.project.name === 'phone', 'keys need a script and a keyboard'));

  test('n opens the form over the page; Escape leaves the page as it was', async ({ page, open }) => {
    await open('/incidents/INC-20');
    await page.keyboard.press('n');
    await expect(over(page)).toBeVisible();
    await expect(field(page)).toBeFocused();
    await page.keyboard.type('n');
    await expect(field(page)).toHaveValue('n');
    await accessible(page);
    await page.keyboard.press('Escape');
    await expect(over(page)).toBeHidden();
    await expect(page).toHaveURL(/\/incidents\/INC-20$/);
  });

  test('the link opens the page in a new tab when that is asked for', async ({ page, open, context }) => {
    await open('/incidents');
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page.locator('.frame').getByRole('link', { name: 'Declare' }).click({ modifiers: ['Control'] }),
    ]);
    await expect(tab).toHaveURL(/\/declare$/);
    await ready(tab);
    await expect(over(page)).toBeHidden();
  });
});
