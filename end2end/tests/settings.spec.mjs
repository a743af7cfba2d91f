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

test('a name that is taken is refused, and what was typed is kept', async ({ page, open }) => {
  await open('/settings/components');
  await addComponent(page, 'Scheduler', 'https://wiki.paperkite.example/again');
  await expect(page.getByRole('alert')).toContainText('in use already');
  await expect(page.locator('details[open]').getByLabel('Name', { exact: true })).toHaveValue('Scheduler');
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

test('the last admin cannot step down, and is told why', async ({ page, open }) => {
  await open('/settings/people');
  await page.getByRole('button', { name: 'No longer admin: Avocet' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody has to be admin.');
  await expect(page.getByRole('button', { name: 'No longer admin: Avocet' })).toBeVisible();
});

test('the set-up page leads from demo to real', async ({ page, open }) => {
  await open('/settings/set-up');
  for (const words of [/manifest/i, /DATABASE_URL/, /SLACK_CLIENT_ID/, /https/]) await expect(page.locator('main')).toContainText(words);
});

test('the profile keeps the working hours', async ({ page, open, signedIn, context }, info) => {
  await context.clearCookies();
  await signedIn({ hydrated: 'Dunlin', nojs: 'Knot', phone: 'Redshank' }[info.project.name]);
  await open('/profile');
  await page.getByLabel('Working day from').fill('08:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your profile is saved.' })).toBeVisible();
  await open('/profile');
  await expect(page.getByLabel('Working day from')).toHaveValue('08:30');
});

async function addComponent(page, name, runbook) {
  await page.getByText('Add a component').click();
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Add', exact: true }) });
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('Kind of link 1').selectOption('runbook');
  await form.getByLabel('Name of link 1').fill('How to');
  await form.getByLabel('Address of link 1').fill(runbook);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
}
