// Backup and restore exactly as docs/OPERATING.md says: pg_dump of a running
// server's database, pg_restore into an empty one, and everything is there again,
// the sessions too.
import assert from 'node:assert/strict';
import path from 'node:path';
import { fakeSlack, newDatabase, postgres, server, temporaryFolder, Visitor, words } from './product.mjs';

const folder = temporaryFolder('backup');
const file = path.join(folder, 'sensible.dump');
const slack = await fakeSlack();
const before = newDatabase('backup_before');
const after = newDatabase('backup_after');
let first;
let second;
try {
  first = await server({ ...slack.env, DATABASE_URL: before, SENSIBLE_DEMO: '1' });
  const curlew = new Visitor(first.base);
  assert.equal((await curlew.signIn('Curlew')).status, 200);
  const pages = ['/incidents?q=Scheduler', '/incidents/INC-6'];
  const seen = [];
  for (const page of pages) seen.push(await curlew.ask(page));

  postgres('pg_dump', ['--format=custom', '--no-owner', `--file=${file}`, before]);
  await first.program.stop('SIGTERM');
  postgres('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${after}`, file]);

  second = await server({ ...slack.env, DATABASE_URL: after, SENSIBLE_DEMO: '1' }, first.port);
  for (const [index, page] of pages.entries()) {
    const again = await curlew.ask(page);
    assert.equal(again.status, seen[index].status, page);
    assert.equal(words(again.text), words(seen[index].text), page);
  }
} finally {
  await second?.program.stop('SIGTERM');
  await first?.program.stop('SIGTERM');
  await slack.program.stop('SIGTERM');
}
console.log('backup: dumped, restored, every word and the session are there');
