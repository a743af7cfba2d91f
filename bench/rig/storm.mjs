// The storm: writers who never give up, against a product whose parts keep dying. Each
// writes down outside the product what was acknowledged; at the end the database has to
// hold exactly that, once, with its line in the log.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startChaos } from './chaos.mjs';
import { signedInPeople } from './people.mjs';
import { startPostgres } from './postgres.mjs';
import { signIn, startProduct } from './product.mjs';
import { verdict } from './verdict.mjs';
import { Client } from './writer.mjs';

const INCIDENTS = 10;
const WRITERS = 40;
const HANG_UPS = 0.2;
/** Every such note is an update: with a row for Slack and a notification for whoever takes part. */
const UPDATES = 5;
/** Each writer's pace. All together stay below what a person may write a minute. */
const PACE_MS = 220;
/** Deaths of each kind, in five minutes. */
const DEATHS = 5;

const at = process.argv.indexOf('--minutes');
const minutes = at > 0 ? Number(process.argv[at + 1]) : 5;
const deaths = Math.max(1, Math.round((DEATHS * minutes) / 5));

const data = fileURLToPath(new URL('./data.sql', import.meta.url));
const postgres = await startPostgres();
let chaos;
let product;
try {
  postgres.psql('postgres', '-c', 'create database storm');
  chaos = await startChaos(postgres.port);
  product = await startProduct(`postgres://postgres@127.0.0.1:${chaos.port}/storm`, { bot: true });
  await signIn(product);
  postgres.psql('storm', '-v', `n=${INCIDENTS}`, '-f', data);
  postgres.psql('storm', '-c', `update settings set announcements_channel = 'incidents', engineers = 6`);
  const incidents = postgres.psql('storm', '-c', 'select id from incidents').trim().split('\n');
  const people = signedInPeople(postgres, 'storm', 200);

  const notes = [];
  const client = new Client(product.url);
  const write = async (hangUps) => {
    const n = notes.length;
    const note = {
      request: randomUUID(), incident: incidents[n % incidents.length], who: people[n % people.length],
      text: `storm ${n} ${randomUUID()}`, what: n % UPDATES === 0 ? 'update' : 'note', acknowledged: 0, hungUp: false,
    };
    notes.push(note);
    if (Math.random() < hangUps) {
      note.hungUp = true;
      await client.hangUp(note, 2 + Math.random() * 30);
    }
    // Whoever does not know asks again, with the same request id, until there is an answer.
    await client.untilAnswered(note);
  };

  console.log(`The storm: ${minutes} min, ${WRITERS} writers, ${deaths} deaths each of Postgres, server and network.`);
  let over = false;
  const writers = Array.from({ length: WRITERS }, async (_, i) => {
    await pause((i * PACE_MS) / WRITERS);
    while (!over) {
      const begun = Date.now();
      await write(HANG_UPS);
      await pause(Math.max(0, PACE_MS - (Date.now() - begun)));
    }
  });
  const kinds = [
    ['Postgres, kill -9', async () => { await postgres.kill(); await pause(1000); await postgres.restart(); }],
    ['the server, kill -9', async () => { await product.kill(); await product.restart(); }],
    ['the network', async (n) => {
      // Refused, swallowed, reset: in turn.
      if (n % 3 === 0) { await chaos.order('cut'); await pause(1500); await chaos.order('restore'); }
      else if (n % 3 === 1) { await chaos.order('blackhole'); await pause(3000); await chaos.order('pass'); }
      else await chaos.order('reset');
    }],
  ];
  const end = Date.now() + minutes * 60_000;
  const slots = deaths * kinds.length;
  for (let slot = 0; slot < slots; slot += 1) {
    const [what, die] = kinds[slot % kinds.length];
    await pause(Math.max(0, end - ((slots - slot) * minutes * 60_000) / (slots + 1) - Date.now()));
    const begun = Date.now();
    await die(Math.floor(slot / kinds.length));
    console.log(`  ${what}: back after ${((Date.now() - begun) / 1000).toFixed(1)} s; ${notes.length} notes so far`);
  }
  await pause(Math.max(0, end - Date.now()));
  over = true;
  const healed = Date.now();
  await Promise.all(writers);
  console.log(`  every note has its answer ${((Date.now() - healed) / 1000).toFixed(1)} s after the end; the longest request took ${(client.longest / 1000).toFixed(2)} s`);

  const found = check(notes);
  const outage = await fiveSecondsWithout(write, client);
  const fifty = await identical(incidents[0], people);
  verdict('bench/storm', [
    { what: 'writes missing to 20,000 in five minutes', value: Math.max(0, 4000 * minutes - found.stored), most: 0, digits: 0 },
    { what: 'hang-ups below a fifth, in percent', value: Math.max(0, 18 - (100 * notes.filter((note) => note.hungUp).length) / notes.length), most: 0, digits: 1 },
    { what: 'acknowledged and lost', value: found.lost, most: 0, digits: 0 },
    { what: 'duplicated', value: found.twice, most: 0, digits: 0 },
    { what: 'torn', value: found.torn, most: 0, digits: 0 },
    { what: 'gaps in the order', value: found.gaps, most: 0, digits: 0 },
    { what: 'longest request around a five-second outage', value: outage.longest / 1000, most: 2.2, unit: ' s' },
    { what: 'first write after Postgres', value: outage.firstWrite / 1000, most: 1, unit: ' s' },
    ...fifty.flatMap(({ what, effects, answers }) => [
      { what: `effects of 50 identical ${what} beyond one`, value: Math.abs(effects - 1), most: 0, digits: 0 },
      { what: `different answers to 50 identical ${what} beyond one`, value: answers - 1, most: 0, digits: 0 },
    ]),
  ]);
} finally {
  await product?.stop();
  await chaos?.stop();
  await postgres.stop();
}

/** Compares what was acknowledged with what is stored. */
function check(notes) {
  const rows = (sql) => postgres.psql('storm', '-c', sql).split('\n').filter(Boolean);
  const stored = new Map();
  for (const text of rows(`select body from timeline_items where body like 'storm %'`)) stored.set(text, (stored.get(text) ?? 0) + 1);
  const logged = new Map();
  for (const request of rows(`select request_id from activity where data::text like '%storm %'`)) logged.set(request, (logged.get(request) ?? 0) + 1);
  const kept = new Set(rows(`select id from requests where outcome <> '{}'`));
  const known = new Set(notes.map((note) => note.text));
  let lost = 0;
  let torn = 0;
  for (const note of notes) {
    if (note.acknowledged > 0 && !stored.has(note.text)) lost += 1;
    const parts = [stored.has(note.text), logged.get(note.request) === 1, kept.has(note.request)];
    if (new Set(parts).size > 1) torn += 1;
  }
  for (const text of stored.keys()) if (!known.has(text)) torn += 1;
  torn += updatesWithoutTheirRows();
  const twice = [...stored.values()].filter((count) => count > 1).length + [...logged.values()].filter((count) => count > 1).length;
  const gaps = Number(rows(`
    select count(*) from (
      select a.incident_id from activity a join incidents i on i.id = a.incident_id group by a.incident_id, i.seq
      having count(*) <> max(a.seq) - min(a.seq) + 1 or count(distinct a.seq) <> count(*) or max(a.seq) <> i.seq) gaps`)[0]);
  console.log(`  ${stored.size} stored, ${notes.filter((note) => note.acknowledged).length} acknowledged, ${lost} lost, ${twice} twice, ${torn} torn, ${gaps} gaps`);
  return { stored: stored.size, lost, twice, torn, gaps };
}

/**
 * Updates that lack their message to Slack or their notifications, or have them twice, and the
 * other way round. Rows of one transaction carry its number.
 */
function updatesWithoutTheirRows() {
  const [updates, torn] = postgres.psql('storm', '-c', `
    with told as (select id, xmin::text as written from timeline_items where kind = 'update' and body like 'storm %'),
         replies as (select payload->>'item' as item, count(*) as many from slack_outbox where method = 'reply' group by 1),
         notified as (select xmin::text as written, count(*) - count(distinct person_id) as twice from notifications where kind = 'update' group by 1)
    select (select count(*) from told),
           (select count(*) from told left join replies r on r.item = told.id::text left join notified n using (written)
            where r.many is distinct from 1 or n.twice is distinct from 0)
           + (select count(*) from replies where item not in (select id::text from told))
           + (select count(*) from notified where written not in (select written from told))`).trim().split('|').map(Number);
  console.log(`  ${updates} of them updates, ${torn} of these without or with more than their messages and notifications`);
  return torn + (updates === 0 ? 1 : 0);
}

/** Postgres away for five seconds under load: how long requests take, and how soon one writes again. */
async function fiveSecondsWithout(write, client) {
  let over = false;
  const writers = Array.from({ length: 10 }, async () => { while (!over) { await write(0); await pause(100); } });
  await pause(1000);
  client.longest = 0;
  await postgres.kill();
  await pause(5000);
  client.lastAnswer = 0;
  await postgres.restart();
  const back = Date.now();
  while (!(client.lastAnswer >= back)) await pause(5);
  const firstWrite = client.lastAnswer - back;
  await pause(3000);
  over = true;
  await Promise.all(writers);
  const { longest } = client;
  console.log(`  five seconds without Postgres: the longest request took ${(longest / 1000).toFixed(2)} s, the first write came ${firstWrite} ms after it`);
  return { longest, firstWrite };
}

/** The same form, sent fifty times at once: a note, the end taken back, the note hidden. */
async function identical(incident, [first, second, third]) {
  const one = (sql) => postgres.psql('storm', '-c', sql).trim();
  const text = `identical ${randomUUID()}`;
  const logged = (verb) => `select count(*) from activity where incident_id = '${incident}' and verb = '${verb}'`;
  const client = new Client(product.url);
  const found = [];
  const fifty = async (what, who, path, fields, effects) => {
    const form = { incident, request: randomUUID(), back: '/incidents', ...fields };
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.post(path, form, who)));
    const different = new Set(answers.map(({ status, body }) => `${status} ${body}`));
    found.push({ what, effects: Number(one(effects)), answers: different.size + (answers[0].status === 200 ? 0 : 1) });
    console.log(`  50 identical ${what}: ${found.at(-1).effects} stored, answers: ${[...different].join(' | ')}`);
  };
  const noted = `from timeline_items where body = '${text}'`;
  await fifty('notes', first, '/api/incidents/note', { body: text, what: 'note' }, `select count(*) ${noted}`);
  const reason = 'It came back after the storm.';
  await fifty('re-openings', second, '/api/incidents/reopen', { reason, seen_status: 'closed' }, logged('reopened'));
  await fifty('hidings', third, '/api/timeline/hide', { item: one(`select id ${noted}`) }, logged('item_hidden'));
  return found;
}
