// What a person waits for: list and homepage, cold, on slow 4G with a quarter of the CPU.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchOptions, playwright } from './browser.mjs';
import { filled } from './list.mjs';
import { startPostgres } from './postgres.mjs';
import { median, verdict } from './verdict.mjs';

// 1.6 Mbit/s down, 750 kbit/s up, 150 ms a request: Chromium's own "slow 4G".
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

/** One cold visit: when the `least`-th match of `selector` has a box after the first paint, and what was transferred. */
async function visit(url, cookie, selector, least) {
  const folder = mkdtempSync(join(tmpdir(), 'sensible-page-'));
  const context = await playwright.chromium.launchPersistentContext(folder, { ...launchOptions, viewport: { width: 1280, height: 800 } });
  try {
    for (const pair of cookie.split('; ')) {
      const at = pair.indexOf('=');
      await context.addCookies([{ name: pair.slice(0, at), value: pair.slice(at + 1), url }]);
    }
    const page = context.pages()[0] ?? await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    let transferred = 0;
    cdp.on('Network.loadingFinished', (e) => { transferred += e.encodedDataLength; });
    await page.addInitScript(({ selector, least }) => {
      window.seen = { at: null, paint: null, shift: 0 };
      new PerformanceObserver((l) => { for (const e of l.getEntries()) if (e.name === 'first-contentful-paint') window.seen.paint = e.startTime; }).observe({ type: 'paint', buffered: true });
      new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.seen.shift += e.value; }).observe({ type: 'layout-shift', buffered: true });
      const look = () => {
        if (window.seen.at === null) {
          const box = document.querySelectorAll(selector)[least - 1]?.getBoundingClientRect();
          if (box && box.width > 0 && box.height > 0 && window.seen.paint !== null) window.seen.at = performance.now();
          requestAnimationFrame(look);
        }
      };
      requestAnimationFrame(look);
    }, { selector, least });
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.seen?.at !== null, null, { polling: 50, timeout: 60000 });
    // With everything: the page is done when its WebAssembly says so.
    await page.waitForSelector('html[data-wasm=ready]', { state: 'attached', timeout: 60000 });
    await page.waitForLoadState('networkidle');
    return { ...(await page.evaluate(() => window.seen)), transferred };
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const postgres = await startPostgres();
let product;
try {
  const large = await filled(postgres, 20000);
  product = large.product;
  const figures = [];
  for (const [what, path, selector, least] of [
    ['list', '/incidents', '.incident', 25],
    ['homepage', '/incidents/INC-20000', '.moment', 12],
  ]) {
    const visits = [];
    for (let i = 0; i < 5; i += 1) visits.push(await visit(`${product.url}${path}`, large.cookie, selector, least));
    const at = median(visits.map((v) => v.at));
    const kb = median(visits.map((v) => v.transferred)) / 1000;
    const shift = Math.max(...visits.map((v) => v.shift));
    console.log(`${what}: visible after ${visits.map((v) => v.at.toFixed(0)).join(', ')} ms, ${kb.toFixed(1)} kB, layout shift ${shift}`);
    figures.push(
      { what: `${what} visible`, value: at, most: 850, unit: ' ms', digits: 0 },
      { what: `${what} transferred`, value: kb, most: 150, unit: ' kB', digits: 1 },
      { what: `${what} shift`, value: shift, most: 0, digits: 4 },
    );
  }
  verdict('bench/page', figures);
} finally {
  await product?.stop();
  await postgres.stop();
}
