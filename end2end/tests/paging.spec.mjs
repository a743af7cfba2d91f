// Paging through more incidents than stand on one page: sixty imported ones, in a
// product of their own, with JavaScript and without.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fakeSlack, newDatabase, root, server, temporaryFolder } from '../product.mjs';
import { expect, ready, test, wordsOf } from './person.mjs';

const MANY = 60;

/** Incidents as a Statuspage tells them, one a day. */
function incidents() {
  const at = (day, minute) => new Date(Date.UTC(2024, 0, 1 + day, 9, minute)).toISOString();
  return Array.from({ length: MANY }, (_, day) => ({
    page: { id: 'pg0many', name: 'Paperkite' },
    incident: {
      id: `many${day}`, name: `Builds wait, day ${day + 1}`, status: 'resolved', impact: 'major',
      created_at: at(day, 0), started_at: at(day, 0), resolved_at: at(day, 30), updated_at: at(day, 30), shortlink: `https://stspg.example/many${day}`, page_id: 'pg0many', components: [],
      incident_updates: [
        { id: `u${day}b`, status: 'resolved', body: 'Builds run again.', created_at: at(day, 30), display_at: at(day, 30), updated_at: at(day, 30), affected_components: [] },
        { id: `u${day}a`, status: 'investigating', body: 'We are looking into it.', created_at: at(day, 0), display_at: at(day, 0), updated_at: at(day, 0), affected_components: [] },
      ],
    },
  }));
}

test.describe('sixty incidents', () => {
  test.beforeEach(({}, info) => test.skip(info.project.name !== 'hydrated', 'it opens both kinds itself'));
  let slack;
  let product;

  test.beforeAll(async ({}, info) => {
    if (info.project.name !== 'hydrated') return;
    test.setTimeout(120_000);
    slack = await fakeSlack();
    const env = { ...slack.env, DATABASE_URL: newDatabase('paging') };
    product = await server(env);
    const file = path.join(temporaryFolder('paging'), 'incidents.json');
    fs.writeFileSync(file, JSON.stringify(incidents()));
    const said = execFileSync(path.join(root, 'dist/sensible'), ['import', 'statuspage', file], { cwd: root, env: { ...process.env, ...env, SENSIBLE_ADDRESS: `127.0.0.1:${product.port}` }, encoding: 'utf8' });
    expect(said).toContain(String(MANY));
  });
  test.afterAll(async () => {
    await product?.program.stop('SIGTERM');
    await slack?.program.stop('SIGTERM');
  });

  test('are paged through, each once, and every page says the same without JavaScript', async ({ browser, page, context }, info) => {
    await page.goto(`${product.base}/sign-in`);
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.getByRole('button', { name: 'Sign in as Avocet' }).click();
    await page.waitForURL(`${product.base}/**`);
    const plain = await browser.newContext({ javaScriptEnabled: false, viewport: info.project.use.viewport });
    await plain.addCookies(await context.cookies());
    const without = await plain.newPage();
    const seen = [];
    let address = `${product.base}/incidents`;
    let pages = 0;
    for (; address; pages += 1) {
      await page.goto(address);
      await ready(page);
      await without.goto(address);
      expect(await wordsOf(without), address).toBe(await wordsOf(page));
      seen.push(...(await page.locator('.incident-ref').allTextContents()));
      const older = page.getByRole('link', { name: /^Older/ });
      address = (await older.count()) > 0 ? await older.evaluate((link) => link.href) : null;
    }
    expect(pages).toBe(3);
    expect(seen.length).toBe(MANY);
    expect(new Set(seen).size).toBe(MANY);
    await page.goto(`${product.base}/incidents`);
    await ready(page);
    await page.getByRole('link', { name: /^Older/ }).click();
    await expect(page.locator('.incident-ref').first()).toHaveText(`INC-${MANY - 25}`);
    await plain.close();
  });
});
