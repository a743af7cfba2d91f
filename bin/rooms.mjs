// The rules of the rooms (docs/ARCHITECTURE.md), checked on the sources and on
// cargo's tree. Prints each breach with its file and line; exits 1 when there is one.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const breaches = [];
const breach = (rule, where) => breaches.push(`${where}: ${rule}`);

const LEFT_OUT = new Set(['.git', 'target', 'dist', 'node_modules', 'out']);
const filesBelow = (folder) =>
  fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesBelow(name);
    return entry.isFile() ? [name] : [];
  });
const files = filesBelow('');
const textOf = new Map();
const read = (name) => {
  if (!textOf.has(name)) textOf.set(name, fs.readFileSync(path.join(root, name), 'utf8'));
  return textOf.get(name);
};
const under = (folder, ending) => files.filter((name) => name.startsWith(folder) && name.endsWith(ending));
const isTest = (name) => /(^|\/)tests(\/|\.rs$)|_tests\.rs$/.test(name);
const rust = (folder) => under(folder, '.rs').filter((name) => !isTest(name));

/** Source without comments, line numbers kept. Rough, and enough: strings with `//` lose their end only. */
const code = (name) =>
  read(name)
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:"'])\/\/[^\n]*/g, '$1');
/** Every match of `pattern` in `name` is a breach of `rule`. */
function forbid(rule, names, pattern, view = code) {
  for (const name of names) {
    for (const match of view(name).matchAll(new RegExp(pattern, 'g'))) {
      breach(rule, `${name}:${view(name).slice(0, match.index).split('\n').length}`);
    }
  }
}

// ── Who may use whom ───────────────────────────────────────────────────────

/** Names of the crates below `crate`, as cargo resolves them. */
function tree(crate, ...more) {
  const out = execFileSync('cargo', ['tree', '--locked', '-p', crate, '-e', 'normal', '--prefix', 'none', '-f', '{p}', ...more], { cwd: root, encoding: 'utf8' });
  return new Set(out.split('\n').map((line) => line.split(' ')[0]).filter(Boolean));
}
function mayNotSee(crate, others, more = []) {
  const seen = tree(crate, ...more);
  for (const other of others) if (seen.has(other)) breach(`${crate} may not use ${other}`, 'Cargo.toml');
}
const SERVER_ONLY = ['sqlx', 'sqlx-core', 'tokio', 'reqwest', 'hyper', 'axum', 'comrak', 'ammonia', 'store', 'slack', 'markdown', 'chrono-tz', 'rustls'];
mayNotSee('frontend', SERVER_ONLY, ['--target', 'wasm32-unknown-unknown']);
mayNotSee('domain', ['leptos', 'sqlx', 'tokio', 'axum', 'reqwest', 'store', 'slack', 'app'], ['--all-features']);
mayNotSee('slack', ['domain', 'store', 'sqlx', 'leptos', 'axum']);
mayNotSee('markdown', ['domain', 'store', 'sqlx', 'leptos']);
mayNotSee('importers', ['store', 'sqlx', 'leptos', 'axum']);
mayNotSee('store', ['leptos', 'axum', 'app', 'slack']);
mayNotSee('app', ['reqwest', 'slack', 'importers', 'server']);
mayNotSee('server', ['fake-slack', 'chaos']);
// Tests may look by hand at what the store does not show.
const shipped = (name) => read(name).split('[dev-dependencies]')[0];
forbid('sqlx belongs to crates/store', files.filter((n) => n.endsWith('Cargo.toml') && !/^(Cargo|crates\/store\/Cargo)\.toml$/.test(n)), /^sqlx\b/m, shipped);
forbid('sqlx belongs to crates/store', rust('').filter((n) => !n.startsWith('crates/store/')), /\bsqlx::\w+(?![\w=])/);
if (/crate-type\s*=\s*\[(?!"cdylib"\])/.test(read('frontend/Cargo.toml')) || !/crate-type\s*=/.test(read('frontend/Cargo.toml'))) {
  breach('frontend is a cdylib and nothing else, or cargo drops link-time optimisation', 'frontend/Cargo.toml');
}
for (const [crate, versions] of [['sqlx', 1], ['leptos', 1], ['tower-sessions', 1]]) {
  const found = read('Cargo.lock').match(new RegExp(`^name = "${crate}"$`, 'gm'))?.length ?? 0;
  if (found > versions) breach(`${crate} is in the lock ${found} times`, 'Cargo.lock');
}

// ── What stands where ──────────────────────────────────────────────────────

const web = [...rust('app/src'), ...rust('server/src')];
forbid('a route is added in server/src/http/routes.rs only', web.filter((n) => n !== 'server/src/http/routes.rs'), /\.(route|route_service|nest|nest_service)\(/);
for (const name of web) {
  for (const match of code(name).matchAll(/#\[server\b([^\]]*)\]/g)) {
    if (match[1].trim() === '(default)') continue; // of an argument
    const where = `${name}:${code(name).slice(0, match.index).split('\n').length}`;
    if (!/\bendpoint\s*=/.test(match[1])) breach('a server function names its endpoint', where);
    if (/\b(GetUrl|Websocket)\b/.test(match[1])) breach('no GET and no WebSocket server functions', where);
  }
}
const views = rust('app/src').filter((name) => !name.startsWith('app/src/ui'));
forbid('<textarea> is written by app/src/ui (its text must be escaped)', views, /<textarea\b|\btextarea\(\)/);
// The shell writes one script of ours, with a nonce; the filters put in what the server made.
forbid('inner_html stands in app/src/ui only', views.filter((name) => !['app/src/shell.rs', 'app/src/browser/filters.rs', 'app/src/browser/live/page.rs', 'app/src/browser/live/timeline.rs', 'app/src/browser/html.rs'].includes(name)), /\binner_html\s*=|\.inner_html\([^)]|\bset_inner_html\b/);
forbid('no style attribute: the content security policy refuses it', rust('app/src'), /\sstyle(=|:[a-z-]+=)/);
// What ui/menu.rs folds away is an element, which escapes what is in it.
forbid('<noscript> is not escaped by leptos', rust('app/src').filter((name) => name !== 'app/src/ui/menu.rs'), /<noscript\b/);
forbid('no Resource in an island; a page awaits the store', rust('app/src'), /\bLocalResource::new\b/);
forbid('domain has no clock', rust('crates/domain/src'), /\b(Utc|Local|SystemTime|Instant)::now\b/);

// ── Style sheets ───────────────────────────────────────────────────────────

const css = under('style/', '.css');
const cssCode = (name) => read(name).replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
forbid('colours stand in style/tokens.css only', css.filter((n) => n !== 'style/tokens.css'), /#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\b(rgb|rgba|hsl|hsla|oklch|oklab|color)\(/i, cssCode);
forbid('no !important', css, /!important/, cssCode);
forbid('no id in a selector', css, /(^|[\s,>+~}])[a-z]*#[a-z][\w-]*(?=[^;{}]*\{)/i, cssCode);

// ── Files ──────────────────────────────────────────────────────────────────

const LONG = 400;
for (const name of files.filter((n) => /\.(rs|css|mjs|sql)$/.test(n) || /^(bin|bench)\//.test(n))) {
  const lines = read(name).split('\n');
  if (lines.length > LONG && !/Longer than 400 lines/.test(lines.slice(0, 20).join('\n'))) {
    breach(`${lines.length} lines; divide it, or begin with a comment "Longer than 400 lines because …"`, name);
  }
}
// A file that no `mod` names is never compiled, and rots.
for (const name of files.filter((n) => n.endsWith('.rs') && /\/src\//.test(n) && !/\/src\/(lib|main)\.rs$/.test(n))) {
  const own = path.basename(name) === 'mod.rs' ? path.basename(path.dirname(name)) : path.basename(name, '.rs');
  const folder = path.dirname(path.basename(name) === 'mod.rs' ? path.dirname(name) : name);
  const parents = [`${folder}/mod.rs`, `${folder}.rs`, ...(folder.endsWith('/src') ? [`${folder}/lib.rs`, `${folder}/main.rs`] : [])];
  const isNamed = parents.some((parent) => files.includes(parent) && new RegExp(`\\bmod ${own};`).test(read(parent)));
  if (!isNamed && !/\/src\/bin\//.test(name)) breach('no `mod` names this file', name);
}
forbid('unfinished work is not committed', files.filter((n) => /\.(rs|css|sql|toml)$/.test(n)), /\b(TODO|FIXME|XXX)\b/, read);
const migrations = under('migrations/', '.sql').map((name) => path.basename(name)).sort();
migrations.forEach((name, index) => {
  if (Number(name.slice(0, 4)) !== index + 1) breach('migrations are numbered without a gap', `migrations/${name}`);
});
if (read('end2end/package-lock.json').includes('"resolved"')) {
  breach('the lock names no registry: npm install with end2end/.npmrc', 'end2end/package-lock.json');
}
const beside = ['..', 'shared'].join('/');
forbid('only .ci/run knows what lies beside the clone', files.filter((n) => n !== '.ci/run' && /\.(rs|mjs|sh|toml|md|yaml|sql)$|^(bin|bench)\//.test(n)), new RegExp(`${beside.replaceAll('.', '\\.')}\\b`), read);

for (const line of breaches) console.error(line);
console.log(`rooms: ${files.length} files looked at, ${breaches.length} breaches`);
process.exitCode = breaches.length === 0 ? 0 : 1;
