// A change and everybody who looks: latency, memory, statements; two processes; cut streams.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { filled } from './list.mjs';
import { signedInPeople } from './people.mjs';
import { startPostgres, until } from './postgres.mjs';
import { residentMb } from './processes.mjs';
import { startProduct } from './product.mjs';
import { Shown, Stream } from './stream.mjs';
import { verdict } from './verdict.mjs';
import { Client } from './writer.mjs';

const VIEWERS = 500;
const UPDATES = 20;
const CHANGES = 5000;
const CUTS = 100;
/** Who write at once while streams are cut: what comes first is not what is seen first. */
const AT_ONCE = 4;

const postgres = await startPostgres();
const products = [];
try {
  console.log(`${VIEWERS} people look at one homepage. About three minutes.`);
  const made = await filled(postgres, 1000);
  products.push(made.product);
  const { name } = made;
  const sql = (text) => postgres.psql(name, '-c', text).trim();
  const incident = sql('select id from incidents where number = 1000');
  const people = signedInPeople(postgres, name, VIEWERS + 10);
  const writers = people.slice(VIEWERS);
  const seqNow = () => Number(sql(`select seq from incidents where id = '${incident}'`));

  // Autocommitted statements are transactions, so transactions count what is asked.
  const transactions = async () => {
    await pause(12_000); // A connection that is quiet tells what it counted after ten seconds.
    return Number(sql(`select xact_commit from pg_stat_database where datname = '${name}'`));
  };
  /** Posts notes one after the other; for each how long after the request it reached each stream. */
  const measure = async (product, looks) => {
    const client = new Client(product.url);
    const latencies = [];
    const before = await transactions();
    for (let i = 0; i < UPDATES; i += 1) {
      const text = `Looked at worker ${randomUUID()}.`;
      const arrived = [];
      looks.listener = (data, at) => { if (data.includes(text)) arrived.push(at); };
      const begun = performance.now();
      const answer = await client.send({ request: randomUUID(), incident, who: writers[i % writers.length], text });
      if (answer.status !== 200) throw new Error(`A note was answered with ${answer.status}: ${answer.body}`);
      await until(() => arrived.length === looks.count, `A change at ${looks.count} streams (${arrived.length} have it)`, 10);
      latencies.push(...arrived.map((at) => at - begun));
      await pause(100);
    }
    const each = ((await transactions()) - before) / UPDATES;
    latencies.sort((a, b) => a - b);
    return { p50: latencies[Math.floor(latencies.length / 2)], p95: latencies[Math.floor(latencies.length * 0.95)], each };
  };
  /** Opens streams in groups, spread over the addresses. */
  const look = async (urls, count) => {
    const looks = { count, listener: () => {}, streams: [] };
    const since = seqNow();
    for (let i = 0; i < count; i += 1) {
      const stream = new Stream(urls[i % urls.length], people[i].cookie, incident, {
        since, heard: (kind, data, at) => { if (kind === 'change') looks.listener(data, at); },
      });
      looks.streams.push(stream);
      if (i % 25 === 24) await Promise.all(looks.streams.slice(-25).map((one) => one.open));
    }
    await Promise.all(looks.streams.map((one) => one.open));
    return looks;
  };
  const leave = async (looks) => {
    looks.streams.forEach((stream) => stream.cut());
    await pause(500);
  };

  const [first] = products;
  const one = await look([first.url], 1);
  const alone = await measure(first, one);
  await leave(one);
  console.log(`one viewer: half within ${alone.p50.toFixed(0)} ms, ${alone.each.toFixed(1)} statements an update`);

  const idle = residentMb(first.pid);
  const all = await look([first.url], VIEWERS);
  const crowd = await measure(first, all);
  const growth = residentMb(first.pid) - idle;
  await leave(all);
  console.log(`${VIEWERS} viewers: half within ${crowd.p50.toFixed(0)} ms, 95 of 100 within ${crowd.p95.toFixed(0)} ms, ${crowd.each.toFixed(1)} statements an update, ${growth.toFixed(1)} MB more`);

  const second = await startProduct(postgres.url(name));
  products.push(second);
  const spread = await look([first.url, second.url], VIEWERS);
  const both = await measure(first, spread);
  await leave(spread);
  console.log(`on two processes: half within ${both.p50.toFixed(0)} ms, 95 of 100 within ${both.p95.toFixed(0)} ms, ${both.each.toFixed(1)} statements an update`);

  const { gaps, twice, missing, cuts } = await cutOften(first, second);
  verdict('bench/live', [
    { what: `95th percentile, ${VIEWERS} viewers`, value: crowd.p95, most: 300, unit: ' ms', digits: 0 },
    { what: '95th percentile, two processes', value: both.p95, most: 300, unit: ' ms', digits: 0 },
    { what: 'memory', value: growth, most: 100, unit: ' MB', digits: 1 },
    { what: `statements an update, ${VIEWERS} viewers against one`, value: crowd.each - alone.each, most: 2, digits: 1 },
    { what: 'cuts short of 100', value: Math.max(0, CUTS - cuts), most: 0, digits: 0 },
    { what: 'gaps', value: gaps, most: 0, digits: 0 },
    { what: 'missing', value: missing, most: 0, digits: 0 },
    { what: 'twice', value: twice, most: 0, digits: 0 },
  ]);

  /** Thousands of changes as rows, the way the one door writes them, by several at once, while a stream is cut again and again. */
  async function cutOften(...servers) {
    const shown = new Shown(seqNow());
    const before = Number(sql(`select count(*) from timeline_items where incident_id = '${incident}'`));
    let stream;
    let opened = 0;
    let cuts = 0;
    let heard = 0;
    const open = () => {
      const mine = opened += 1;
      const server = servers[mine % servers.length];
      // As a browser: the address is that of the page, the header is newer.
      stream = new Stream(server.url, people[0].cookie, incident, {
        since: shown.seq, last: shown.seq,
        heard: (kind, data) => {
          if (kind !== 'change' || mine !== opened) return;
          heard += 1;
          shown.apply(data);
          if (cuts < CUTS && shown.items.size >= (cuts + 1) * (CHANGES / (CUTS + 10))) { cuts += 1; stream.cut(); setTimeout(open, 5 * (cuts % 4)); }
        },
      });
    };
    open();
    await stream.open;
    const folder = mkdtempSync(join(tmpdir(), 'sensible-live-'));
    const script = join(folder, 'change.sql');
    const statement = `begin;
      select 1 from incidents where id = '${incident}' for update;
      insert into timeline_items (id, incident_id, kind, occurred_at, author_id, body, body_html, source)
        values (gen_random_uuid(), '${incident}', 'note', clock_timestamp(), '${writers[0].id}', 'One of many.', '<p>One of many.</p>', 'web');
      update incidents set seq = seq + 1 where id = '${incident}';
      select pg_notify('incidents', '${incident}');
      commit;\n`;
    writeFileSync(script, statement);
    const child = spawn(join(postgres.bin, 'pgbench'), ['-n', '-c', String(AT_ONCE), '-t', String(CHANGES / AT_ONCE), '-R', '400', '-f', script, postgres.url(name)], { stdio: ['ignore', 'ignore', 'inherit'] });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true });
    if (code !== 0) throw new Error(`pgbench ended with ${code}.`);
    const stored = Number(sql(`select count(*) from timeline_items where incident_id = '${incident}'`)) - before;
    const last = seqNow();
    await until(() => shown.seq === last, `The last change (${shown.seq} of ${last})`, 30);
    stream.cut();
    console.log(`${stored} changes in ${heard} events over ${opened} streams, cut ${cuts} times: ${shown.items.size} items`);
    return { gaps: shown.gaps, twice: shown.twice, missing: stored - shown.items.size, cuts };
  }
} finally {
  for (const product of products) await product.stop();
  await postgres.stop();
}
