// Signing in through a provider that was not written here (see ../provider.mjs).
import { newDatabase, server, sparePort } from '../product.mjs';
import { expect, test } from './person.mjs';

const people = {
  U1HERON: { team: 'T1MARSH', name: 'Heron', email: 'heron@marsh.example' },
  U2CUCKOO: { team: 'T2NEST', name: 'Cuckoo', email: 'cuckoo@nest.example' },
};

test.describe('a certified provider in Slack’s shape', () => {
  test.beforeEach(({}, info) => test.skip(info.project.name !== 'hydrated', 'one browser is enough'));
  test.use({ expectedErrors: [[/status of 40[13]/], { option: true }] });
  let product;
  let provider;

  test.beforeAll(async ({}, info) => {
    if (info.project.name !== 'hydrated') return;
    test.setTimeout(120_000);
    const port = await sparePort();
    const secret = { clientId: '25.11', clientSecret: 'a-secret-of-a-test-that-is-long-enough' };
    const { startProvider } = await import('../provider.mjs');
    provider = await startProvider({ port: await sparePort(), redirectUri: `http://127.0.0.1:${port}/auth/slack/callback`, ...secret, people });
    const env = { DATABASE_URL: newDatabase('provider'), SLACK_BASE_URL: provider.issuer, SLACK_CLIENT_ID: secret.clientId, SLACK_CLIENT_SECRET: secret.clientSecret, SLACK_TEAM_ID: 'T1MARSH' };
    product = await server(env, port);
  });
  test.afterAll(async () => {
    await product?.program.stop('SIGTERM');
    await provider?.stop();
  });

  test('the first of the workspace gets in, is admin, and answers the three questions', async ({ page }) => {
    await page.goto(`${product.base}/sign-in`);
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.getByRole('button', { name: 'Sign in as Heron' }).click();
    await expect(page).toHaveURL(`${product.base}/welcome`);
    await page.goto(`${product.base}/settings/people`);
    await expect(page.getByText('Heron').first()).toBeVisible();
  });

  test('another workspace does not', async ({ page }) => {
    await page.goto(`${product.base}/sign-in`);
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.getByRole('button', { name: 'Sign in as Cuckoo' }).click();
    await expect(page.getByText(/workspace/i).first()).toBeVisible();
    await page.goto(`${product.base}/incidents`);
    await expect(page).toHaveURL(/\/sign-in/);
  });
});
