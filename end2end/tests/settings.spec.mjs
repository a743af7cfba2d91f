import { accessible, expect, fitsItsWidth, test } from './person.mjs';

const PAGES = ['/settings', '/settings/severities', '/settings/components', '/settings/people', '/settings/set-up', '/profile'];

test.beforeEach(async ({ signedIn }) => signedIn('Avocet'));

for (const address of PAGES) {
  test(`${address} is readable by everybody`, async ({ page, open, alive }) => {
    const answer = await open(address);
    expect(answer.status()).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (!alive) return;
    await accessible(page);
    await fitsItsWidth(page);
  });
}

test('a component is added with its link and found again', async ({ page, open }, info) => {
  const name = `Billing ${info.project.name}`;
  await open('/settings/components');
  await addComponent(page, name, 'https://wiki.paperkite.example/billing');
  await expect(page.getByRole('status').filter({ hasText: 'The component is saved.' })).toBeVisible();
  await open('/settings/components');
  const entry = page.getByRole('listitem').filter({ hasText: name });
  await expect(entry.getByRole('link', { name: 'How to' })).toHaveAttribute('href', 'https://wiki.paperkite.example/billing');
});

test('a name that is taken is refused', async ({ page, open }) => {
  await open('/settings/components');
  await addComponent(page, 'Scheduler', 'https://wiki.paperkite.example/again');
  await expect(page.getByRole('alert')).toContainText('in use already');
});

test('a refused form keeps what was typed, with the error beside its field and the focus in it', async ({ page, open, alive }) => {
  await open('/settings/components');
  const typed = 'Keeps </textarea> what\nsomebody "typed" & more. '.repeat(40);
  await addComponent(page, 'Scheduler', 'https://wiki.paperkite.example/again', typed);
  const form = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Add one' }) }).locator('form');
  const name = form.getByLabel('Name', { exact: true }).first();
  await expect(name).toHaveValue('Scheduler');
  await expect(name).toBeFocused();
  await expect(name).toBeInViewport();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/in use already/);
  await expect(form.getByLabel('What is it?')).toHaveValue(typed);
  await expect(form.getByLabel('Address').first()).toHaveValue('https://wiki.paperkite.example/again');
  await expect(page.locator('.entries details[open]')).toHaveCount(0);
  expect(page.url()).toMatch(/\/settings\/components\?refused=[0-9a-f-]{36}#refused$/);
  await page.reload();
  await expect(form.getByLabel('What is it?')).toHaveValue(typed);
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('a refused change of an entry opens that entry again', async ({ page, open }) => {
  await open('/settings/severities');
  const entry = page.getByRole('listitem').filter({ hasText: 'Some customers cannot' });
  await entry.getByText('Change').click();
  await entry.getByLabel('Name').fill('Sev1');
  await entry.getByLabel('An example').fill('Only half a thought');
  await entry.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('details[open]').getByLabel('An example')).toHaveValue('Only half a thought');
  await expect(page.locator('details[open]').getByLabel('Name')).toBeFocused();
  await expect(page.locator('details[open]')).toHaveCount(1);
});

test('a severity is moved up and down again', async ({ page, open }, info) => {
  test.skip(info.project.name !== 'nojs', 'the order is everybody’s: one project at a time');
  await open('/settings/severities');
  const names = page.locator('.entries .entry-name');
  await expect(names).toHaveText(['Sev1', 'Sev2', 'Sev3']);
  await expect(page.getByRole('button', { name: 'Up Sev1' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Down Sev2' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The order is saved.' })).toBeVisible();
  await expect(names).toHaveText(['Sev1', 'Sev3', 'Sev2']);
  await page.getByRole('button', { name: 'Up Sev2' }).click();
  await expect(names).toHaveText(['Sev1', 'Sev2', 'Sev3']);
});

test('a person is added by e-mail address, once', async ({ page, open }, info) => {
  const address = `sandpiper-${info.project.name}@paperkite.example`;
  for (const [outcome, words] of [['status', 'Added.'], ['alert', 'e-mail address already']]) {
    await open('/settings/people');
    const form = page.locator('form').filter({ has: page.getByLabel('E-mail address') });
    await form.getByLabel('Name').fill('Sandpiper');
    await form.getByLabel('E-mail address').fill(address);
    await form.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole(outcome).filter({ hasText: words })).toBeVisible();
  }
  await expect(page.getByText(address).first()).toBeVisible();
});

test('an admin appoints another and takes it back; the last one cannot step down', async ({ page, open }, info) => {
  test.skip(info.project.name !== 'nojs', 'the number of admins is everybody’s: one project at a time');
  await open('/settings/people');
  const avocet = page.getByRole('listitem').filter({ hasText: 'admin, you' });
  await expect(avocet).toContainText('Avocet');
  const other = page.getByRole('listitem').filter({ hasText: 'Lapwing' });
  await other.getByRole('button', { name: 'Make admin' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'They are an admin now.' })).toBeVisible();
  await other.getByRole('button', { name: 'No longer admin' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'They are no admin any more.' })).toBeVisible();
  await expect(avocet.getByRole('button', { name: 'No longer admin' })).toHaveCount(0);
});

test('the set-up page leads from demo to real', async ({ page, open }) => {
  await open('/settings/set-up');
  for (const words of [/manifest/i, /DATABASE_URL/, /SLACK_CLIENT_ID/, /https/]) await expect(page.locator('main')).toContainText(words);
  // Slack takes https only, and nobody has an https Sensible before Slack has the app.
  const manifest = page.getByLabel('Slack app manifest');
  await expect(manifest).toContainText('"https://incidents.example.com/auth/slack/callback"');
  await expect(manifest).not.toContainText('127.0.0.1');
  await page.getByLabel('Where will people reach it?').fill('https://ours.example/');
  await page.getByRole('button', { name: 'Make the manifest for it' }).click();
  await expect(manifest).toContainText('"https://ours.example/auth/slack/callback"');
  await expect(page.getByRole('link', { name: 'The manifest as a file' })).toHaveAttribute('href', /address=https%3A%2F%2Fours\.example$/);
  await page.getByLabel('Where will people reach it?').fill('http://ours.example');
  await page.getByRole('button', { name: 'Make the manifest for it' }).click();
  await expect(page.locator('main').getByRole('alert')).toContainText('Write an https address');
  await expect(page.getByLabel('Where will people reach it?')).toHaveValue('http://ours.example');
  await fitsItsWidth(page);
});

test('the profile keeps the working hours', async ({ page, open, signedIn, context }, info) => {
  await context.clearCookies();
  await signedIn({ hydrated: 'Dunlin', nojs: 'Knot', phone: 'Redshank' }[info.project.name]);
  await open('/profile');
  await page.getByLabel('You work from').fill('08:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your profile is saved.' })).toBeVisible();
  await open('/profile');
  await expect(page.getByLabel('You work from')).toHaveValue('08:30');
});

async function addComponent(page, name, runbook, description = '') {
  const form = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Add one' }) }).locator('form');
  await form.getByLabel('Name', { exact: true }).first().fill(name);
  await form.getByLabel('What is it?').fill(description);
  const link = form.locator('.link-row').first();
  await link.getByLabel('Kind').selectOption('runbook');
  await link.getByLabel('Name').fill('How to');
  await link.getByLabel('Address').fill(runbook);
  await form.getByRole('button', { name: 'Save' }).click();
}
