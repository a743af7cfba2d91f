// A person without a network writes twenty notes, closes the tab, and comes back with two
// tabs; the server is killed while it takes them. Then it is killed while they type.
import { launchOptions, playwright } from './browser.mjs';
import { filled } from './list.mjs';
import { startPostgres } from './postgres.mjs';
import { verdict } from './verdict.mjs';

const NOTES = 20;
/** So many are taken before the server is killed. */
const BEFORE = 5;

const postgres = await startPostgres();
let product;
let browser;
try {
  const made = await filled(postgres, 20);
  product = made.product;
  browser = await playwright.chromium.launch(launchOptions);
  const context = await browser.newContext();
  for (const pair of made.cookie.split('; ')) {
    const at = pair.indexOf('=');
    await context.addCookies([{ name: pair.slice(0, at), value: pair.slice(at + 1), url: product.url }]);
  }
  const address = `${product.url}/incidents/INC-20`;
  const texts = Array.from({ length: NOTES }, (_, n) => `Written without a network, ${n + 1}.`);

  const first = await open(context, address);
  await context.setOffline(true);
  for (const text of texts) {
    await first.locator('form[data-offline] textarea').fill(text);
    await first.locator('form[data-offline] textarea').press('Control+Enter');
    await first.locator('#waiting li').filter({ hasText: text }).waitFor();
  }
  const waiting = await first.locator('#waiting li').count();
  console.log(`offline: ${waiting} notes wait on the page`);
  await first.close();

  let taken = 0;
  const killed = new Promise((resolve) => {
    context.on('response', (response) => {
      if (!response.url().endsWith('/api/incidents/note') || !response.ok()) return;
      taken += 1;
      if (taken === BEFORE) resolve(product.kill());
    });
  });
  await context.setOffline(false);
  // Both would send, if nothing kept them from it.
  await Promise.all([open(context, address), open(context, address)]);
  await killed;
  const before = stored(made.name).length;
  await product.restart();
  const back = Date.now();
  while (new Set(stored(made.name)).size < NOTES && Date.now() - back < 60_000) await new Promise((r) => setTimeout(r, 20));
  const took = (Date.now() - back) / 1000;
  const page = context.pages()[0];
  await page.locator('#waiting').waitFor({ state: 'detached' });
  const bodies = stored(made.name);
  const asWritten = Number(postgres.psql(made.name, '-c', `select count(*) from (select row_number() over (order by seq) as place, body from timeline_items where body like 'Written without%') t where body = 'Written without a network, ' || place || '.'`).trim());
  console.log(`killed after ${before} of them; all ${new Set(bodies).size} stored ${took.toFixed(2)} s after the server was back, ${asWritten} in the order of writing`);

  // Typed, and not sent.
  const typed = 'Half a thought when the server died.';
  await page.locator('form[data-offline] textarea').fill(typed);
  await page.waitForFunction((text) => Object.values(localStorage).some((kept) => kept.endsWith(text)), typed);
  await product.kill();
  await page.close();
  await product.restart();
  const again = await open(context, address);
  const kept = await again.locator('form[data-offline] textarea').inputValue();
  console.log(`typed when the server was killed, and there again: ${JSON.stringify(kept)}`);
  verdict('bench/offline', [
    { what: 'notes that did not wait', value: NOTES - waiting, most: 0, digits: 0 },
    { what: 'notes lost', value: NOTES - new Set(bodies).size, most: 0, digits: 0 },
    { what: 'stored twice', value: bodies.length - new Set(bodies).size, most: 0, digits: 0 },
    { what: 'out of order', value: NOTES - asWritten, most: 0, digits: 0 },
    { what: 'all stored after the return', value: took, most: 5, unit: ' s' },
    { what: 'typed texts lost', value: kept === typed ? 0 : 1, most: 0, digits: 0 },
  ]);
} finally {
  await browser?.close();
  await product?.stop();
  await postgres.stop();
}

async function open(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForSelector('html[data-wasm=ready]', { state: 'attached' });
  return page;
}

function stored(database) {
  return postgres.psql(database, '-c', `select body from timeline_items where body like 'Written without%'`).split('\n').filter(Boolean);
}
