import { accessible, expect, fitsItsWidth, test } from '../tests/person.mjs';

const add = (page) => page.locator('form[id="add-link"]');
const links = (page) => page.locator('.incident-links');

// The browser notes in its console that the address with the password was refused.
test.use({ expectedErrors: [[/status of 422 .*\/api\/incidents\/add-link\)$/], { option: true }] });
test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

async function attach(page, url, label = '') {
  if (!(await add(page).isVisible())) await page.locator('summary').filter({ hasText: 'Add a link' }).click();
  await add(page).getByLabel('Address').fill(url);
  await add(page).getByLabel('What is it called?').fill(label);
  await add(page).getByRole('button', { name: 'Add the link' }).click();
}

test('a link is recognised by its address, a call is joined, and both go away again', async ({ page, open, alive }, info) => {
  await open('/declare');
  await page.getByLabel('What looks wrong?').fill(`Links ${info.project.name} ${Date.now().toString(36)}`);
  await page.getByRole('button', { name: 'Declare', exact: true }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+/);
  await open(new URL(page.url()).pathname);

  await attach(page, 'https://github.com/getpaperkite/queue/issues/214');
  await expect(links(page).getByRole('link', { name: 'getpaperkite/queue#214' })).toBeVisible();
  await expect(links(page)).toContainText('GitHub');
  await attach(page, 'https://meet.google.com/abc-defg-hij');
  await expect(links(page).getByRole('link', { name: /Join the call/ })).toHaveAttribute('href', 'https://meet.google.com/abc-defg-hij');
  if (alive) {
    await accessible(page);
    await fitsItsWidth(page);
  }

  await attach(page, 'https://github.com.evil.example/a/b/issues/1');
  await expect(links(page).getByRole('link', { name: 'github.com.evil.example/a/b/issues/1' })).toBeVisible();

  await page.locator('summary').filter({ hasText: 'Add a link' }).click();
  await links(page).getByRole('button', { name: 'Remove getpaperkite/queue#214' }).click();
  await expect(links(page).getByRole('link', { name: 'getpaperkite/queue#214' })).toHaveCount(0);
});

test('an address with a password is refused, without the password', async ({ page, open }) => {
  await open('/incidents/INC-20');
  await attach(page, 'https://me:secret@logs.example/');
  await expect(add(page)).toContainText('holds a password');
});
