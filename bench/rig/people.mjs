// Many signed-in people at once, written as rows: a sign-in each would measure Slack.
import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Adds `count` people with a session each; their cookies. */
export function signedInPeople(postgres, database, count) {
  const people = Array.from({ length: count }, (_, i) => {
    const cookie = randomBytes(16).toString('base64url');
    return { id: randomUUID(), name: `Crowd ${i + 1}`, cookie, session: createHash('sha256').update(cookie).digest('hex') };
  });
  const rows = (row) => people.map(row).join(', ');
  postgres.psql(database, '-c', `
    insert into people (id, name, email, source) values ${rows((p, i) => `('${p.id}', '${p.name}', 'crowd${i}@bench.example', 'email')`)};
    insert into sessions (id, person_id, data) values ${rows((p) => `('\\x${p.session}', '${p.id}', '{"person": "${p.id}"}')`)};`);
  return people.map(({ id, cookie }) => ({ id, cookie: `sensible_session=${cookie}` }));
}
