// Requests over a few kept-alive connections, by wrk; latency percentiles and count.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./percentiles.lua', import.meta.url));

// What a browser sends that has been here before: it kept the style, so the page names it.
const { css } = JSON.parse(readFileSync(new URL('../../dist/site/manifest.json', import.meta.url), 'utf8'));

export function load(url, cookie, { connections, seconds }) {
  const out = execFileSync('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script, '-H', `Cookie: ${cookie}; style=${css}`, '-H', 'Accept: text/html', '-H', 'Accept-Encoding: gzip', url], { encoding: 'utf8' });
  const line = /^figures (.*)$/m.exec(out);
  if (!line) throw new Error(`wrk did not answer as expected:\n${out}`);
  const [requests, errors, p50, p95] = line[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests failed.`);
  return { requests, p50: p50 / 1000, p95: p95 / 1000 };
}
