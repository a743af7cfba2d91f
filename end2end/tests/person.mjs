// The test of this folder: a page on which an error in the console, a script that
// throws or a breach of the content security policy fails the test, with words for
// what every test does: sign in, open a page, look at it as axe does.
import { test as base, expect } from '@playwright/test';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const states = path.join(process.env.SENSIBLE_E2E_HOME, 'signed-in');

export const fakeSlackUrl = `http://127.0.0.1:${process.env.SENSIBLE_E2E_SLACK_PORT}`;

export const test = base.extend({
  /** Console errors that a test means to cause, for example the 404 of a page that is not there. */
  expectedErrors: [[], { option: true }],

  page: async ({ page, expectedErrors, javaScriptEnabled }, use, info) => {
    const complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
    await page.exposeFunction('complain', (text) => complaints.push(text));
    if (javaScriptEnabled !== false) {
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          window.complain(`policy: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
        });
      });
    }
    await use(page);
    const unexpected = complaints.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
    if (info.status === info.expectedStatus) expect(unexpected, 'the browser complained').toEqual([]);
  },

  /** Whether the pages of this project become alive. */
  alive: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  /** Opens a page and, where there is WebAssembly, waits until it has taken over. */
  open: async ({ page, alive }, use) =>
    use(async (address) => {
      const answer = await page.goto(address);
      if (alive) await ready(page);
      return answer;
    }),

  /** Signs in as `person`; the session is kept and given to later tests. */
  signedIn: async ({ page, context }, use) =>
    use(async (person) => {
      const file = path.join(states, `${person}.json`);
      if (fs.existsSync(file)) {
        await context.addCookies(JSON.parse(fs.readFileSync(file, 'utf8')));
        return;
      }
      await signIn(page, person);
      fs.mkdirSync(states, { recursive: true });
      // The session, not what a script kept of the page: without JavaScript there is none.
      const session = (await context.cookies()).filter((cookie) => cookie.httpOnly);
      fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(session));
      fs.renameSync(`${file}.${process.pid}`, file);
    }),
});

export { expect };

/** The WebAssembly says when it has taken over; without this mark a broken build would look fine. */
export const ready = (page) => expect(page.locator('html[data-wasm=ready]')).toBeAttached({ timeout: 15_000 });

/** From the sign-in page through the fake Slack's picker, all by clicking. */
export async function signIn(page, person, from = '/sign-in') {
  await page.goto(from);
  await page.getByRole('link', { name: 'Sign in with Slack' }).click();
  await page.getByRole('button', { name: `Sign in as ${person}` }).click();
  await page.waitForURL((url) => url.port !== process.env.SENSIBLE_E2E_SLACK_PORT);
}

/** Opens the frame's menu of the signed-in person. */
export async function personMenu(page) {
  await page.locator('.frame summary').filter({ hasText: 'profile and sign out' }).click();
}

/** axe's serious and critical findings on the page, in light and in dark. */
export async function accessible(page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A colour on its way from one theme to the other is neither.
    // One that is folded away stands still, and would be waited for in vain.
    await page.evaluate(() => document.getAnimations().filter((moving) => moving instanceof CSSTransition).forEach((moving) => moving.finish()));
    await page.evaluate(`(() => { const module = undefined, define = undefined; ${axe} })()`);
    const found = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
    });
    expect(found, `axe, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** No page scrolls sideways. */
export async function fitsItsWidth(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, 'pixels beyond the right edge').toBeLessThanOrEqual(0);
}

/** Everything a reader sees in `main`, without what changes by the minute. */
export async function wordsOf(page) {
  return page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true);
    for (const moving of copy.querySelectorAll('time, [data-since], [data-until]')) moving.remove();
    return copy.textContent.replace(/\s+/g, ' ').trim();
  });
}
