import { accessible, expect, fitsItsWidth, personMenu, ready, signIn, test } from './person.mjs';

test('who is not signed in is asked to, and ends up where they wanted to go', async ({ page }) => {
  await page.goto('/incidents/INC-6');
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Something looks broken? Say so.');
  await signIn(page, 'Curlew', page.url());
  await expect(page).toHaveURL(/\/incidents\/INC-6$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('NullPointerException');
});

test('the sign-in page is plain, fits and can be read by everybody', async ({ page, alive }) => {
  await page.goto('/sign-in');
  await expect(page.getByText('Asks Slack for your name, picture and e-mail address. Nothing else.')).toBeVisible();
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('the picker asks for one of the workspace, and the list greets them', async ({ page, alive }) => {
  await signIn(page, 'Avocet');
  await expect(page).toHaveURL(/\/incidents$/);
  if (alive) await ready(page);
  await personMenu(page);
  await expect(page.getByRole('link', { name: 'Profile' }).first()).toBeVisible();
  await expect(page.locator('.frame .menu-title').filter({ hasText: 'Avocet' })).toBeVisible();
});

test('denying leads back, says so, and signs nobody in', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with Slack' }).click();
  await page.getByRole('button', { name: /^Deny/ }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.goto('/incidents');
  await expect(page).toHaveURL(/\/sign-in/);
});

const REFUSED = { Phalarope: /another Slack workspace/, Snipe: /Guests/, Deploybot: /a bot/, Dotterel: /deactivated/ };
for (const [person, why] of Object.entries(REFUSED)) {
  test.describe(`${person} of the fake workspace`, () => {
    test.use({ expectedErrors: [[/status of 403/], { option: true }] });

    test('does not get in, and is told why', async ({ page }, info) => {
      test.skip(info.project.name !== 'nojs', 'one project is enough: the server decides');
      await signIn(page, person);
      await expect(page.getByText(why)).toBeVisible();
      await page.goto('/incidents');
      await expect(page).toHaveURL(/\/sign-in/);
    });
  });
}

for (const away of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/%09/evil.example', 'javascript:alert(1)']) {
  test(`to=${away} stays in the house`, async ({ page }, info) => {
    test.skip(info.project.name !== 'nojs', 'one project is enough: the server decides');
    const answer = await page.request.get(`/auth/slack/start?to=${encodeURIComponent(away)}`, { maxRedirects: 0 });
    expect([302, 303]).toContain(answer.status());
    const cookies = answer.headers()['set-cookie'] ?? '';
    expect(cookies).not.toContain('evil');
    expect(answer.headers().location).not.toContain('evil');
  });
}

test('signing out ends the session, also for a copy of its cookie', async ({ page, context }) => {
  await signIn(page, 'Plover');
  await expect(page).toHaveURL(/\/incidents/);
  const copy = await context.cookies();
  await personMenu(page);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await context.addCookies(copy);
  await page.goto('/incidents');
  await expect(page).toHaveURL(/\/sign-in/);
});
