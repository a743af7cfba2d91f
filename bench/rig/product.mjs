// The built product beside a fake Slack workspace, on spare ports, and one signed-in person.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, until } from './postgres.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (name) => join(root, 'dist', name);

const BOT = 'xoxb-bench';

/** With `bot` it posts to Slack; `watch` may put something between the two, and says where it listens. */
export async function startProduct(databaseUrl, { demo = false, bot = false, watch } = {}) {
  if (!existsSync(dist('sensible'))) throw new Error('The product is not built. Run bin/build first.');
  const slackPort = await freePort();
  const port = await freePort();
  const direct = `http://127.0.0.1:${slackPort}`;
  const slackUrl = watch ? await watch(direct) : direct;
  const url = `http://127.0.0.1:${port}`;
  const slack = spawn(dist('fake-slack'), ['--listen', `127.0.0.1:${slackPort}`, '--client-id', 'bench', '--client-secret', 'bench', '--public-url', slackUrl, '--bot-token', BOT], { stdio: 'ignore' });
  await until(() => answers(`${slackUrl}/.well-known/openid-configuration`), 'The fake Slack workspace');
  const serve = () => spawn(dist('sensible'), ['serve'], {
    stdio: process.env.BENCH_LOG ? 'inherit' : 'ignore',
    env: {
      PATH: process.env.PATH, RUST_LOG: process.env.BENCH_LOG ? 'info' : 'error',
      DATABASE_URL: databaseUrl, SENSIBLE_ADDRESS: `127.0.0.1:${port}`, SENSIBLE_PUBLIC_URL: url,
      SLACK_BASE_URL: slackUrl, SLACK_CLIENT_ID: 'bench', SLACK_CLIENT_SECRET: 'bench', SLACK_TEAM_ID: 'T0PAPERKITE',
      ...(bot ? { SLACK_BOT_TOKEN: BOT } : {}),
      ...(demo ? { SENSIBLE_DEMO: '1' } : {}),
    },
  });
  const started = process.hrtime.bigint();
  let server = serve();
  await until(() => answers(`${url}/healthz`), 'The server', 60);
  const firstStart = Number(process.hrtime.bigint() - started) / 1e6;
  const product = {
    url, slackUrl, firstStart,
    get pid() { return server.pid; },
    /** Ends the server and starts it again; milliseconds until its first answer. */
    async restart() {
      await end(server);
      const from = process.hrtime.bigint();
      server = serve();
      while (!(await answers(`${url}/sign-in`))) await new Promise((r) => setTimeout(r, 2));
      return Number(process.hrtime.bigint() - from) / 1e6;
    },
    /** Ends the server in the middle of whatever it is doing. */
    async kill() {
      const gone = new Promise((r) => server.once('exit', r));
      server.kill('SIGKILL');
      await gone;
    },
    async stop() { await end(server); await end(slack); },
  };
  return product;
}

/** Signs in through the real pages of the fake workspace; the session's cookie. */
export async function signIn({ url, slackUrl }, person = 'U0AVOCET') {
  const jar = new Map();
  const keep = (response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };
  const cookies = () => [...jar].map(([k, v]) => `${k}=${v}`).join('; ');
  const start = await fetch(`${url}/auth/slack/start`, { redirect: 'manual' });
  keep(start);
  const authorize = start.headers.get('location');
  const page = await (await fetch(authorize)).text();
  const form = page.split('<form').find((part) => part.includes(`value="${person}"`));
  if (!form) throw new Error(`The picker does not offer ${person}.`);
  const action = new URL(/action="([^"]*)"/.exec(form)[1].replaceAll('&amp;', '&'), slackUrl);
  const fields = new URLSearchParams({ person });
  for (const [tag] of form.matchAll(/<input type="hidden"[^>]*>/g)) {
    fields.set(/name="([^"]*)"/.exec(tag)[1], /value="([^"]*)"/.exec(tag)[1].replaceAll('&amp;', '&').replaceAll('&quot;', '"'));
  }
  const picked = await fetch(action, { method: 'POST', body: fields, redirect: 'manual' });
  const back = await fetch(picked.headers.get('location'), { headers: { cookie: cookies() }, redirect: 'manual' });
  keep(back);
  const list = await fetch(`${url}/incidents`, { headers: { cookie: cookies() }, redirect: 'manual' });
  if (list.status !== 200) throw new Error(`Signing in did not work: ${back.status}, then ${list.status}.`);
  return cookies();
}

async function answers(address) {
  try { const r = await fetch(address); await r.arrayBuffer(); return r.status < 500; } catch { return false; }
}

function end(child) {
  if (child.exitCode !== null || child.signalCode) return Promise.resolve();
  const gone = new Promise((r) => child.once('exit', r));
  child.kill('SIGTERM');
  return gone;
}
