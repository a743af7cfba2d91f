// A timeline of 100,000 items: the first page, pages in the middle of it, and one item's own.
import { fileURLToPath } from 'node:url';
import { filled } from './list.mjs';
import { load } from './load.mjs';
import { startPostgres } from './postgres.mjs';
import { verdict } from './verdict.mjs';

const ITEMS = 100_000;
const fill = fileURLToPath(new URL('./timeline.sql', import.meta.url));

const postgres = await startPostgres();
let product;
try {
  console.log(`One incident with ${ITEMS.toLocaleString('en')} timeline items. About two minutes.`);
  const made = await filled(postgres, 1000);
  product = made.product;
  const { cookie, name } = made;
  postgres.psql(name, '-v', `n=${ITEMS}`, '-f', fill);
  const stored = Number(postgres.psql(name, '-c', "select count(*) from timeline_items t join incidents i on i.id = t.incident_id where i.number = 1000"));
  if (stored < ITEMS) throw new Error(`Only ${stored} items are stored.`);

  const here = `${product.url}/incidents/INC-1000`;
  const html = async (address) => {
    const answer = await fetch(address, { headers: { cookie, accept: 'text/html', connection: 'close' } });
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}.`);
    return answer.text();
  };
  const items = (page) => page.match(/<li [^>]*class="moment"/g)?.length ?? 0;
  const first = await html(here);
  if (items(first) !== 50) throw new Error(`The first page has ${items(first)} items.`);
  const size = Buffer.byteLength(first) / 1000;
  console.log(`first page: ${items(first)} items, ${size.toFixed(0)} kB of HTML`);

  const middle = postgres.psql(name, '-c', "select t.id from timeline_items t join incidents i on i.id = t.incident_id where i.number = 1000 and t.hidden_at is null order by t.occurred_at desc offset 50000 limit 1").trim();
  const around = await html(`${here}?around=${middle}`);
  if (!around.includes(`id="t-${middle}"`)) throw new Error('An old item is not on its own page.');
  const earlier = /<a href="([^"]*before=[^"]*)"/.exec(around)?.[1];
  if (!earlier) throw new Error('There is no way on from the middle.');
  const address = new URL(earlier.replaceAll('&amp;', '&').split('#')[0], product.url).href;

  const p95 = {};
  for (const [what, url] of [['first page', here], ['only updates', `${here}?only=updates`], ['middle', address], ['around an old item', `${here}?around=${middle}`]]) {
    load(url, cookie, { connections: 4, seconds: 2 });
    const figures = load(url, cookie, { connections: 4, seconds: 8 });
    p95[what] = figures.p95;
    console.log(`${what}: half within ${figures.p50.toFixed(1)} ms, 95 of 100 within ${figures.p95.toFixed(1)} ms`);
  }
  verdict('bench/timeline', [
    ...Object.entries(p95).map(([what, value]) => ({ what: `95th percentile, ${what}`, value, most: 50, unit: ' ms', digits: 1 })),
    { what: 'first page', value: size, most: 300, unit: ' kB', digits: 0 },
  ]);
} finally {
  await product?.stop();
  await postgres.stop();
}
