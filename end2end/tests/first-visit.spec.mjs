// The first page that a browser sees brings its style within itself, without the features
// that it never shows (style/first-visit.json), and closed menus folded away.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './person.mjs';
import { root } from '../product.mjs';

const left = JSON.parse(readFileSync(path.join(root, 'style/first-visit.json'), 'utf8'));
const style = (feature) => readFileSync(path.join(root, `style/features/${feature}.css`), 'utf8');

/** The rules of a style that some element of the page falls under. */
function matching(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const found = [];
  const walk = (rules) => {
    for (const rule of rules) {
      if (!rule.selectorText) walk(rule.cssRules ?? []);
      else if (document.querySelector(rule.selectorText.replace(/::?(before|after|hover|focus-visible|active|backdrop)/g, ''))) found.push(rule.selectorText);
    }
  };
  walk(sheet.cssRules);
  return found;
}

for (const [kind, address] of [['list', '/incidents'], ['homepage', '/incidents/INC-19'], ['homepage', '/incidents/INC-20'], ['homepage', '/incidents/INC-6']]) {
  test(`${address} needs nothing that its first style leaves out`, async ({ page, open, signedIn }) => {
    await signedIn('Curlew');
    await open(address);
    for (const feature of left[kind]) {
      expect(await page.evaluate(matching, style(feature)), `style/features/${feature}.css`).toEqual([]);
    }
  });
}

test('no fold stands within another', async ({ page, signedIn }) => {
  await signedIn('Curlew');
  const answer = await page.request.get('/incidents/INC-20');
  const folds = (await answer.text()).match(/<\/?noscript>/g) ?? [];
  expect(folds.length).toBeGreaterThan(0);
  for (const [i, fold] of folds.entries()) expect(fold).toBe(i % 2 === 0 ? '<noscript>' : '</noscript>');
});

test('a folded menu opens within the page, also where it stays folded', async ({ page, open, signedIn }) => {
  await signedIn('Curlew');
  await open('/incidents/INC-19');
  const menus = page.locator('main details.menu');
  for (let i = 0; i < Math.min(await menus.count(), 8); i += 1) {
    const menu = menus.nth(i);
    if (!(await menu.isVisible())) continue;
    await menu.locator('> summary').click();
    const box = await menu.locator('.menu-list').boundingBox();
    expect(box.width, await menu.innerText()).toBeGreaterThan(100);
    expect(box.x, await menu.innerText()).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(page.viewportSize().width + 1);
    await menu.locator('> summary').click();
  }
});
