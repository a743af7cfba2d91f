import { accessible, expect, fitsItsWidth, test } from './person.mjs';

test.use({ expectedErrors: [[/status of 40[34]/], { option: true }] });

test('what is not there is said kindly, with a way on', async ({ page, open, signedIn, alive }) => {
  await signedIn('Curlew');
  for (const address of ['/incidents/INC-9999', '/incidents/nonsense', '/no/such/page']) {
    const answer = await open(address);
    expect(answer.status(), address).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('main').getByRole('link', { name: /incidents/i })).toBeVisible();
  }
  if (!alive) return;
  await accessible(page);
  await fitsItsWidth(page);
});

test('a member reads the settings and cannot change them, nor can a forged form', async ({ page, open, signedIn, alive }) => {
  await signedIn('Curlew');
  await open('/settings');
  await expect(page.getByText('Only admins can change this.')).toBeVisible();
  await expect(page.locator('main form')).toHaveCount(0);
  if (alive) await accessible(page);
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post('/api/settings/company', { form: { company_name: 'Mine', engineers: '1', zone: 'UTC' }, headers: { origin, 'sec-fetch-site': 'same-origin', accept: 'application/json' }, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  await open('/incidents');
  await expect(page.locator('.frame .brand')).toHaveText('Paperkite');
});

test('hostile addresses get a clear answer', async ({ page, signedIn }, info) => {
  test.skip(info.project.name !== 'nojs', 'one project is enough: the server answers');
  await signedIn('Curlew');
  for (const address of ['/incidents?q=%00', '/incidents?before=nonsense', '/incidents?from=yesterday', `/incidents?q=${'a'.repeat(7000)}`, '/incidents?severity=%00&person=%F0%9F%92%A5', '/incidents/INC-99999999999']) {
    const answer = await page.request.get(address);
    expect(answer.status(), address).toBeGreaterThanOrEqual(200);
    expect(answer.status(), address).toBeLessThan(500);
  }
});
