// bin/start as a newcomer meets it: without configuration it answers and shows
// the demo story; Ctrl-C stops every part; a second start keeps the data; what is
// half configured or already running is said in words.
import assert from 'node:assert/strict';
import { listens, Program, sparePort, startOptions, temporaryFolder, Visitor, words } from './product.mjs';

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

  assert.equal(await running.stop('SIGINT'), 0, running.output);
  await gone();

  running = await start();
  const again = await curlew.ask('/incidents');
  assert.equal(again.status, 200, 'the session did not survive the second start');
  assert.match(words(again.text), /Webhooks delayed for some tenants/);
  assert.equal(await running.stop('SIGTERM'), 0, running.output);
  await gone();

  const half = new Program('bin/start', startOptions, { ...env, SLACK_CLIENT_ID: '1.2', DATABASE_URL: 'postgres://nowhere/x' });
  assert.notEqual(await half.exit, 0);
  assert.match(half.output, /Missing: SLACK_CLIENT_SECRET SLACK_TEAM_ID/, half.output);
} finally {
  await running.stop('SIGTERM');
}
console.log('start: answers, stops whole, keeps its data, says what is wrong');
