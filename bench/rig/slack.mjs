// Slack failing by 429, by 500 and by hanging, in turn with Slack being well, under one and
// the same load. People must not notice, Slack must not be called while it asks to wait, and
// in the end everything stands in its channel: once, in order, and the announcements true.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { signedInPeople } from './people.mjs';
import { startPostgres } from './postgres.mjs';
import { signIn, startProduct } from './product.mjs';
import { verdict } from './verdict.mjs';
import { Watcher } from './watcher.mjs';
import { Client } from './writer.mjs';

const WELL = { name: 'well', seconds: 15 };
const FAULTS = [
  { name: '429', fault: { rate_limited: 5 }, seconds: 25 },
  { name: '500', fault: 'server_error', seconds: 25 },
  { name: 'hanging', fault: 'hang', seconds: 60 },
];
/** Every failure in turn, so often: what else the machine does meets each of them alike. */
const ROUNDS = 2;
const METHODS = ['chat.postMessage', 'chat.update', 'chat.delete', 'conversations.history', 'conversations.replies'];
/** Incidents that are announced. */
const ANNOUNCED = 6;
/** Of each kind how often, in milliseconds. What a channel gets is below the message a second that Slack takes. */
const PACE = { note: 25, page: 50, rename: 200, update: 8000 };
/** Longer than that nothing may take to arrive. */
const PATIENCE_S = 90;

const data = fileURLToPath(new URL('./data.sql', import.meta.url));
const watcher = new Watcher();
const postgres = await startPostgres();
let product;
try {
  postgres.psql('postgres', '-c', 'create database slack');
  let fake;
  product = await startProduct(postgres.url('slack'), { bot: true, watch: (direct) => { fake = direct; return watcher.listen(direct); } });
  await signIn(product);
  postgres.psql('slack', '-v', 'n=200', '-f', data);
  const sql = (text) => postgres.psql('slack', '-c', text).trim();
  sql(`update settings set announcements_channel = 'incidents', engineers = 6`);
  const closed = sql(`select id, number from incidents where status = 'closed'`).split('\n').map((row) => row.split('|'));
  const people = signedInPeople(postgres, 'slack', 150);
  const client = new Client(product.url);
  let turn = 0;
  const somebody = () => people[(turn += 1) % people.length];

  const announced = [];
  for (let i = 0; i < ANNOUNCED; i += 1) {
    const id = randomUUID();
    const title = `Queue ${i} waits`;
    must(await client.post('/api/incidents/declare', { id, request: randomUUID(), title }, somebody()));
    announced.push({ id, title, updates: [], number: sql(`select number from incidents where id = '${id}'`), step: 0, busy: false });
  }
  await drained();

  console.log(`Slack well and failing by ${FAULTS.map(({ name }) => name).join(', ')}, ${ROUNDS} times each. About nine minutes.`);
  const samples = new Map([WELL, ...FAULTS].map(({ name }) => [name, []]));
  let block = null;
  let writes = false;
  let over = false;
  let updates = 0;
  let failed;
  const timed = async (work) => {
    const [mine, begun] = [block, performance.now()];
    must(await work());
    // What began in one block and ended in the next belongs to neither.
    if (mine && mine === block) samples.get(mine.name).push(performance.now() - begun);
  };
  /** Begins one thing at each tick, whether or not the one before has ended. */
  const every = async (milliseconds, act) => {
    const running = new Set();
    for (let next = Date.now(); !over; next += milliseconds) {
      await pause(Math.max(0, next - Date.now()));
      const one = act().catch((error) => { failed ??= error; }).finally(() => running.delete(one));
      running.add(one);
    }
    await Promise.all(running);
  };
  const load = Promise.all([
    every(PACE.note, () => {
      const who = somebody();
      const [incident] = closed[turn % closed.length];
      return timed(() => client.send({ request: randomUUID(), incident, who, text: `Looked at worker ${turn}.` }));
    }),
    every(PACE.page, () => {
      const who = somebody();
      return timed(() => get(`${product.url}/incidents/INC-${closed[turn % closed.length][1]}`, who));
    }),
    every(PACE.rename, async () => {
      const incident = announced[turn % ANNOUNCED];
      if (!writes || incident.busy) return;
      incident.busy = true;
      const title = `Queue ${incident.number} waits, step ${(incident.step += 1)}`;
      await timed(() => client.post('/api/incidents/rename', { incident: incident.id, request: randomUUID(), back: '/incidents', title, seen_title: incident.title }, somebody()));
      incident.title = title;
      incident.busy = false;
    }),
    every(PACE.update, async () => {
      if (!writes) return;
      const incident = announced[updates % ANNOUNCED];
      const text = `Update ${(updates += 1)}: worker ${randomUUID().slice(0, 8)} is looked at.`;
      incident.updates.push(text);
      await timed(() => client.send({ request: randomUUID(), incident: incident.id, who: somebody(), text, what: 'update' }));
    }),
  ]);

  /** Everybody works for so long; what it is called when it is counted. */
  const during = async (one) => {
    writes = true;
    await pause(1000);
    block = { ...one };
    await pause(one.seconds * 1000);
    block = null;
    if (failed) throw failed;
  };
  let slowest = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of FAULTS) {
      await during(WELL);
      for (const method of METHODS) await order('POST', { method, times: 100_000, fault: one.fault });
      await during(one);
      // What is written now would arrive later than what is waited for.
      writes = false;
      const waiting = sql('select count(*) from slack_outbox where done_at is null');
      await order('DELETE');
      const took = await drained();
      slowest = Math.max(slowest, took);
      console.log(`  ${one.name}: ${waiting} waited, all had arrived ${took.toFixed(1)} s after Slack was well`);
    }
  }
  await during(WELL);
  writes = false;
  over = true;
  await load;
  await drained();

  const p95 = Object.fromEntries([...samples].map(([name, times]) => {
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor(times.length * share)];
    console.log(`  ${name}: ${times.length} answers, half within ${at(0.5).toFixed(1)} ms, 95 of 100 within ${at(0.95).toFixed(1)} ms, the longest ${times.at(-1).toFixed(0)} ms`);
    return [name, at(0.95)];
  }));
  const longest = Math.max(...FAULTS.map(({ name }) => samples.get(name).at(-1))) / 1000;
  const { windows, inside } = watcher.insideWindows();
  const stands = await standing();
  console.log(`  Slack asked to wait ${windows} times; ${watcher.calls.length} calls, ${updates} updates, ${stands.replies} in their threads`);
  verdict('bench/slack', [
    ...FAULTS.map(({ name }) => ({ what: `95th percentile, Slack ${name}, against well`, value: p95[name] / p95.well, most: 1.1, unit: '×' })),
    { what: 'longest answer while it fails', value: longest, most: 2.2, unit: ' s' },
    { what: 'times that Slack did not ask to wait, of 4', value: Math.max(0, 4 - windows), most: 0, digits: 0 },
    { what: 'calls while it asked to wait', value: inside, most: 0, digits: 0 },
    { what: 'all delivered after it was well', value: slowest, most: 60, unit: ' s', digits: 1 },
    { what: 'given up', value: Number(sql('select count(*) from slack_outbox where failed_at is not null')), most: 0, digits: 0 },
    { what: 'threads that lack, repeat or mix up an update', value: stands.threads, most: 0, digits: 0 },
    { what: 'announcements that are not there once and right', value: stands.announcements, most: 0, digits: 0 },
  ]);

  /** Seconds until nothing waits any more. */
  async function drained() {
    const begun = Date.now();
    while (sql('select count(*) from slack_outbox where done_at is null and failed_at is null') !== '0') {
      if (Date.now() - begun > PATIENCE_S * 1000) break;
      await pause(200);
    }
    return (Date.now() - begun) / 1000;
  }

  async function order(method, plan) {
    const answer = await fetch(`${fake}/_fake/faults`, { method, headers: { 'content-type': 'application/json' }, body: plan && JSON.stringify(plan) });
    if (!answer.ok) throw new Error(`The fake Slack workspace answered ${answer.status}.`);
  }

  /** Compares what stands in the channel with what was told. */
  async function standing() {
    const { channels } = await (await fetch(`${fake}/_fake/state`)).json();
    const { messages } = channels.find((room) => room.name === 'incidents');
    let threads = 0;
    let announcements = 0;
    let replies = 0;
    for (const { number, title, updates: told } of announced) {
      const heads = messages.filter((message) => !message.thread_ts && JSON.stringify(message.blocks).includes(`/incidents/INC-${number}|`));
      const said = heads.map((head) => JSON.stringify(head.blocks)).join('');
      const isRight = heads.length === 1 && said.includes(title) && (told.length === 0 || said.includes(told.at(-1)));
      if (!isRight) announcements += 1;
      const inThread = messages.filter((message) => message.thread_ts && message.thread_ts === heads[0]?.ts).map((message) => message.text);
      replies += inThread.length;
      if (JSON.stringify(inThread) !== JSON.stringify(told)) threads += 1;
    }
    return { threads, announcements, replies };
  }
} finally {
  await product?.stop();
  await watcher.stop();
  await postgres.stop();
}

async function get(url, who) {
  const answer = await fetch(url, { headers: { cookie: who.cookie, accept: 'text/html' } });
  return { status: answer.status, body: await answer.text() };
}

function must({ status, body }) {
  if (status !== 200) throw new Error(`The product answered ${status}: ${String(body).slice(0, 200)}`);
}
