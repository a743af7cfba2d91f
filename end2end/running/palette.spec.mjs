import { accessible, expect, fitsItsWidth, test } from '../tests/person.mjs';

const menu = (page) => page.getByRole('dialog', { name: 'Find or do' });
const ask = (page) => menu(page).getByRole('combobox');
const options = (page) => menu(page).getByRole('option');

test.beforeEach(async ({ signedIn }) => signedIn('Curlew'));

test('without a script the same is a page with links', async ({ page, open, alive }) => {
  await open('/search?q=webhooks');
  const main = page.getByRole('main');
  await expect(main.getByRole('link', { name: /Webhooks delayed for some tenants/ })).toHaveAttribute('href', '/incidents/INC-20');
  await expect(main.getByRole('link', { name: /Webhooks repeat themselves/ })).toBeVisible();
  await expect(main.getByRole('link', { name: /Search all incidents for “webhooks”/ })).toBeVisible();
  await expect(main).toContainText('Declare an incident');
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('the page finds by reference and by name', async ({ page, open }) => {
  await open('/search?q=inc20');
  await expect(page.getByRole('main').getByRole('link', { name: /Webhooks delayed/ })).toBeVisible();
  await open('/search?q=Godwit');
  await expect(page.getByRole('main').getByRole('link', { name: /Godwit/ }).first()).toHaveAttribute('href', /\/incidents\?lead=/);
});

test.describe('by keyboard', () => {
  test.beforeEach(({ alive }, info) => test.skip(!alive || info.project.name === 'phone', 'keys need a script and a keyboard'));

  test('Ctrl K, some letters, Enter', async ({ page, open }) => {
    await open('/profile');
    await page.keyboard.press('Control+k');
    await expect(ask(page)).toBeFocused();
    await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
    await ask(page).fill('nullpointer');
    await expect(options(page).first()).toContainText('NullPointerException when loading a model');
    await expect(ask(page)).toHaveAttribute('aria-activedescendant', await options(page).first().getAttribute('id'));
    await accessible(page);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/incidents\/INC-6$/);
  });

  test('the arrows go round, Escape goes back', async ({ page, open }) => {
    await open('/incidents');
    await page.getByRole('link', { name: 'Find or do' }).click();
    await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowUp');
    await expect(options(page).last()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowDown');
    await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Escape');
    await expect(menu(page)).toBeHidden();
  });

  test('on a homepage it does what can be done there', async ({ page, open }) => {
    await open('/incidents/INC-20');
    await page.keyboard.press('Control+k');
    await ask(page).fill('severity');
    await expect(menu(page).getByRole('group', { name: 'Do, in INC-20' })).toBeVisible();
    await expect(options(page).first()).toContainText('Change the severity');
    await page.keyboard.press('Enter');
    await expect(menu(page)).toBeHidden();
    await expect(page.locator('[id=change-severity]')).toBeVisible();
    await expect(page.locator('[id=change-severity] :focus')).toBeVisible();
  });

  test('nothing found is said', async ({ page, open }) => {
    await open('/incidents');
    await page.keyboard.press('Control+k');
    await ask(page).fill('zeppelin');
    await expect(options(page)).toHaveCount(1);
    await expect(options(page)).toContainText('Search all incidents for “zeppelin”');
  });

  test('? shows the keys; none of them fires while one types', async ({ page, open }) => {
    await open('/incidents/INC-20');
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await expect(keys).toBeVisible();
    await expect(keys).toContainText('Change the severity');
    await accessible(page);
    await page.keyboard.press('Escape');
    await page.locator('form.composer textarea').first().click();
    await page.keyboard.type('n?gi');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page).toHaveURL(/\/incidents\/INC-20/);
    await page.locator('form.composer textarea').first().fill('');
  });

  test('g i goes to the incidents, / to their search, u into the update', async ({ page, open }) => {
    await open('/incidents/INC-20');
    await page.keyboard.press('u');
    await expect(page.locator('form.composer textarea').first()).toBeFocused();
    await expect(page.locator('form.composer input[name=what][value=update]')).toBeChecked();
    await page.locator('form.composer textarea').first().blur();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page).toHaveURL(/\/incidents$/);
    await expect(page.locator('html[data-wasm=ready]')).toBeAttached();
    await page.keyboard.press('/');
    await expect(page.locator('main input[type=search]')).toBeFocused();
  });
});
