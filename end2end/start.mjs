// bin/start as a newcomer meets it: without configuration it answers and shows
// the demo story; bin/import brings incidents into it, and it can be dumped as the
// documents say; Ctrl-C stops every part; a second start keeps the data; what is half
// configured or already running is said in words.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { listens, postgres, Program, root, sparePort, startOptions, temporaryFolder, Visitor, words } from './product.mjs';

const home = temporaryFolder('start');
const [port, fakePort] = [await sparePort(), await sparePort()];
const base = `http://127.0.0.1:${port}`;
const env = { SENSIBLE_HOME: home, SENSIBLE_ADDRESS: `127.0.0.1:${port}`, SENSIBLE_FAKE_SLACK: `127.0.0.1:${fakePort}` };
const start = async () => {
  const program = new Program('bin/start', startOptions, env);
  await program.ready(`${base}/readyz`, 1800);
  return program;
};
const gone = async () => assert.deepEqual([await listens(port), await listens(fakePort)], [false, false], 'a part goes on after Ctrl-C');

/** bin/import of one incident that is not in the story; gives what it says. */
async function bringIn() {
  const program = new Program('bin/import', ['crates/importers/tests/fixtures/statuspage/lived-through.json'], env);
  assert.equal(await program.exit, 0, program.output);
  return program.output;
}

/** The private Postgres, dumped by the very lines of docs/OPERATING.md. */
function dump() {
  const lines = /^    data=\S+\n((?:    .+\n)+)/m.exec(fs.readFileSync(path.join(root, 'docs/OPERATING.md'), 'utf8'))[1];
  const folder = temporaryFolder('dump');
  const PATH = `${process.env.POSTGRES_BIN}:${process.env.PATH}`;
  execFileSync('bash', ['-ec', `data=${home}/postgres\n${lines}`], { cwd: folder, env: { ...process.env, PATH } });
  return postgres('pg_restore', ['--list', path.join(folder, 'sensible.dump')], { encoding: 'utf8' });
}

let running = await start();
try {
  const curlew = new Visitor(base);
  const list = await curlew.signIn('Curlew');
  assert.equal(list.status, 200, `the list answers ${list.status}`);
  assert.match(words(list.text), /Happening now/);
  assert.match(words(list.text), /Webhooks delayed for some tenants/);

  const second = new Program('bin/start', startOptions, env);
  assert.notEqual(await second.exit, 0);
  assert.match(second.output, /listens on 127\.0\.0\.1:\d+ already/, second.output);
  assert.match(second.output, /SENSIBLE_ADDRESS=/, 'it does not say what to do');

  assert.match(await bringIn(), /1 recorded, 0 were here before/);
  assert.match(words((await curlew.ask('/incidents?q=Webhooks+come+late')).text), /Webhooks come late/);
  assert.match(dump(), /TABLE DATA public incidents/);

  assert.equal(await running.stop('SIGINT'), 0, running.output);
  await gone();
  assert.match(await bringIn(), /0 recorded, 1 were here before/);

  running = await start();
  const again = await curlew.ask('/incidents');
  assert.equal(again.status, 200, 'the session did not survive the second start');
  assert.match(words(again.text), /Webhooks delayed for some tenants/);
  assert.equal(await running.stop('SIGTERM'), 0, running.output);
  await gone();

  const half = new Program('bin/start', startOptions, { ...env, SLACK_CLIENT_ID: '1.2', DATABASE_URL: 'postgres://nowhere/x' });
  assert.notEqual(await half.exit, 0);
  assert.match(half.output, /Missing: SLACK_CLIENT_SECRET SLACK_TEAM_ID/, half.output);

  const alone = new Program('bin/start', startOptions, { ...env, SLACK_BOT_TOKEN: 'xoxb-1' });
  assert.notEqual(await alone.exit, 0);
  assert.match(alone.output, /Set: SLACK_BOT_TOKEN\. Missing: DATABASE_URL SLACK_CLIENT_ID/, alone.output);

  const file = path.join(temporaryFolder('config'), 'sensible.toml');
  fs.writeFileSync(file, `sensible_address = "127.0.0.1:${port}"\n`);
  const fromHere = new Program('bin/start', startOptions, { ...env, SENSIBLE_CONFIG: path.relative(root, file) });
  assert.notEqual(await fromHere.exit, 0);
  assert.match(fromHere.output, /SLACK_CLIENT_ID is missing/, 'a configuration file named from here is not read');
  if (process.getuid() === 0) {
    fs.chmodSync(file, 0o600);
    const closed = new Program('bin/start', startOptions, { ...env, SENSIBLE_CONFIG: file });
    assert.notEqual(await closed.exit, 0);
    assert.match(closed.output, /cannot be read by the user "sensible"/, closed.output);
  }
} finally {
  await running.stop('SIGTERM');
}
console.log('start: answers, takes history in, is dumped, stops whole, keeps its data, says what is wrong');
