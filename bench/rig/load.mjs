// Requests over a few kept-alive connections, by wrk; latency percentiles and count.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./percentiles.lua', import.meta.url));

// What a browser sends that has been here before: it kept the style, so the page names it.
const { css } = JSON.parse(readFileSync(new URL('../../dist/site/manifest.json', import.meta.url), 'utf8'));

/** wrk counts a redirect to the sign-in page as success; a page of ours it is not. */
function expectPage(url, headers, when) {
  const asked = `fetch(${JSON.stringify(url)}, { redirect: 'manual', headers: ${JSON.stringify(headers)} }).then(async (answer) => console.log(answer.status, (await answer.text()).includes('</main>')))`;
  const said = execFileSync(process.execPath, ['-e', asked], { encoding: 'utf8' }).trim();
  if (said !== '200 true') throw new Error(`${url} is no page ${when} the load: status and whether it has a <main> are ${said}.`);
}

/** Figures of wrk; fails when any request did, or when what was measured was not the page. */
export function load(url, cookie, { connections, seconds }) {
  const headers = { Cookie: `${cookie}; style=${css}`, Accept: 'text/html' };
  expectPage(url, headers, 'before');
  const out = execFileSync('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script, '-H', `Cookie: ${cookie}; style=${css}`, '-H', 'Accept: text/html', '-H', 'Accept-Encoding: gzip', url], { encoding: 'utf8' });
  const line = /^figures (.*)$/m.exec(out);
  if (!line) throw new Error(`wrk did not answer as expected:\n${out}`);
  const [requests, errors, p50, p95] = line[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests failed.`);
  expectPage(url, headers, 'after');
  return { requests, p50: p50 / 1000, p95: p95 / 1000 };
}
