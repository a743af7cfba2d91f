// With JavaScript off, list and homepage say the same as with it: filters and
// search included (paging: paging.spec.mjs). One test with two browsers, so that both see the same moment.
import { expect, ready, test, wordsOf } from './person.mjs';

const ADDRESSES = ['/incidents', '/incidents?q=queue', '/incidents?q=%E5%86%8D%E8%B5%B7%E5%8B%95', '/incidents?status=closed', '/incidents?from=2025-01-01&until=2025-06-30', '/incidents/INC-20', '/incidents/INC-19', '/incidents/INC-6', '/incidents/TRY-1', '/profile'];

test('every word is there without JavaScript', async ({ browser, page, context, signedIn }, info) => {
  test.skip(info.project.name !== 'hydrated', 'it opens both kinds itself');
  await signedIn('Curlew');
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: info.project.use.viewport, baseURL: info.project.use.baseURL });
  await plain.addCookies(await context.cookies());
  const without = await plain.newPage();
  for (const address of ADDRESSES) {
    await page.goto(address);
    await ready(page);
    await without.goto(address);
    expect(await wordsOf(without), address).toBe(await wordsOf(page));
  }
  await plain.close();
});
