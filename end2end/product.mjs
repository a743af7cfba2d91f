// The built product as a visitor without a browser meets it: started and stopped,
// asked over HTTP, signed in to through the fake Slack's own pages.
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A port of this machine that nobody listens on. */
export function sparePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Is anybody listening on `port`? */
export const listens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });

/** An empty folder that goes when the process ends. */
export function temporaryFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `sensible-${name}-`));
  fs.chmodSync(folder, 0o755);
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Asks `what` every 100 ms until it gives something; fails with `message` after `seconds`. */
export async function until(what, message, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await what().catch(() => false);
    if (found) return found;
    if (Date.now() > end) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What bin/start is called with: SENSIBLE_BUILT=yes trusts that dist/ is as it should be. */
export const startOptions = process.env.SENSIBLE_BUILT === 'yes' ? ['--built'] : [];

/** A program of ours, its output kept to be shown when something goes wrong. */
export class Program {
  constructor(file, args, env = {}) {
    this.output = '';
    this.ended = false;
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|SLACK_|SENSIBLE_(?!CACHE|POSTGRES$))/.test(name)));
    this.child = spawn(path.join(root, file), args, { cwd: root, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (bytes) => { this.output += bytes; });
    this.exit = new Promise((resolve) => this.child.once('exit', (code, signal) => { this.ended = true; resolve(code ?? signal); }));
  }

  /** Waits until `url` answers 200; fails early when the program ends before. */
  async ready(url, seconds = 120) {
    await until(async () => this.ended || (await fetch(url)).status === 200, `${url} does not answer\n${this.output}`, seconds);
    if (this.ended) throw new Error(`ended while starting\n${this.output}`);
  }

  async stop(signal = 'SIGINT') {
    if (!this.ended) this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    const code = await this.exit;
    clearTimeout(late);
    return code;
  }
}

/** A visitor with cookies, who follows links and submits forms. */
export class Visitor {
  constructor(base) {
    this.base = base;
    this.cookies = new Map();
  }

  /** One request, redirects not followed. */
  async ask(address, { method = 'GET', form } = {}) {
    const url = new URL(address, this.base);
    const jar = this.cookies.get(url.origin) ?? new Map();
    this.cookies.set(url.origin, jar);
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'GET' ? {} : { origin: url.origin, 'sec-fetch-site': 'same-origin' }),
      },
      body: form ? new URLSearchParams(form) : undefined,
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { url, status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
  }

  /** One request and the redirects after it. */
  async follow(address, options) {
    let answer = await this.ask(address, options);
    for (let hops = 0; answer.location && hops < 10; hops += 1) answer = await this.ask(new URL(answer.location, answer.url));
    return answer;
  }

  /** Through the fake Slack's picker, as a person would. */
  async signIn(person, returnTo = '/incidents') {
    const picker = await this.follow(`/auth/slack/start?to=${encodeURIComponent(returnTo)}`);
    const form = formWithButton(picker.text, `Sign in as ${person}`);
    if (!form) throw new Error(`no button "Sign in as ${person}" on ${picker.url} (${picker.status})`);
    const target = new URL(form.action || picker.url, picker.url);
    if (form.method === 'post') return this.follow(target, { method: 'POST', form: form.fields });
    for (const [name, value] of form.fields) target.searchParams.set(name, value);
    return this.follow(target);
  }
}

const plain = (html) => html.replace(/<[^>]*>/g, ' ').replace(/&amp;/g, '&').replace(/&quot;/g, '"').replace(/&#(?:39|x27);/gi, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/\s+/g, ' ').trim();
const attribute = (tag, name) => plain(new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)?.[1] ?? '');

/** The form of `html` whose button says `words`: where it goes and what it sends. */
function formWithButton(html, words) {
  for (const [, head, body] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    for (const [, button, label] of body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)) {
      if (!plain(label).includes(words)) continue;
      const fields = [...body.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
      if (attribute(button, 'name')) fields.push([attribute(button, 'name'), attribute(button, 'value')]);
      return { action: attribute(head, 'action'), method: attribute(head, 'method').toLowerCase() || 'get', fields: fields.filter(([name]) => name) };
    }
  }
  return null;
}

/** What a page says, without its markup and without what changes by the minute. */
export const words = (html) => plain(html.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<time\b[\s\S]*?<\/time>/gi, ' '));

/** A program of the installed Postgres. */
export function postgres(program, args, options = {}) {
  return execFileSync(path.join(process.env.POSTGRES_BIN ?? '', program), args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

/** A database of its own in the test cluster; gives its address. */
export function newDatabase(name) {
  const cluster = process.env.SENSIBLE_TEST_DATABASE;
  if (!cluster) throw new Error('SENSIBLE_TEST_DATABASE is not set; run bin/test');
  postgres('psql', ['-X', '-q', cluster, '-c', `drop database if exists ${name}`, '-c', `create database ${name}`]);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}

/** The fake Slack workspace on a spare port, and what the server needs to know of it. */
export async function fakeSlack() {
  const port = await sparePort();
  const base = `http://127.0.0.1:${port}`;
  const app = { SLACK_CLIENT_ID: '1001.2002', SLACK_CLIENT_SECRET: 'of-a-test', SLACK_BOT_TOKEN: 'xoxb-of-a-test' };
  const program = new Program('dist/fake-slack', ['--listen', `127.0.0.1:${port}`, '--team', 'T0PAPERKITE'], app);
  await program.ready(`${base}/.well-known/openid-configuration`);
  return { program, base, env: { ...app, SLACK_BASE_URL: base, SLACK_TEAM_ID: 'T0PAPERKITE' } };
}

/** The server on a spare port. */
export async function server(env, port = undefined) {
  const mine = port ?? (await sparePort());
  const base = `http://127.0.0.1:${mine}`;
  const program = new Program('dist/sensible', ['serve'], { SENSIBLE_ADDRESS: `127.0.0.1:${mine}`, RUST_LOG: 'warn', ...env });
  await program.ready(`${base}/readyz`);
  return { program, base, port: mine };
}
