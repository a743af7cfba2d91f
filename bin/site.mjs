// Puts the site together: dist/site with the WebAssembly, its JavaScript, the
// style sheet (names carry a hash of their content, each with .br and .gz
// beside it), the files of public/, and manifest.json that says their names.
//
//   node bin/site.mjs --wasm FILE --out FOLDER --cache FOLDER
//
// Results are kept in the cache under the hash of what they were made from.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import zlib from 'node:zlib';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tools = path.join(root, 'end2end/node_modules');
const esbuild = createRequire(path.join(root, 'end2end/package.json'))('esbuild');
const { values: given } = parseArgs({ options: { wasm: { type: 'string' }, out: { type: 'string' }, cache: { type: 'string' } } });
for (const name of ['wasm', 'out', 'cache']) if (!given[name]) throw new Error(`--${name} is missing`);

/** What the pages are promised to run on: `light-dark()`, nesting and `oklch()` stay as written. */
const BROWSERS = ['chrome123', 'edge123', 'firefox128', 'safari17.5'];
/** What rustc's wasm32 target may use; wasm-opt must be told. */
const WASM_OPT = ['-Oz', '--enable-bulk-memory', '--enable-nontrapping-float-to-int', '--enable-sign-ext', '--enable-mutable-globals', '--enable-reference-types', '--enable-multivalue'];
const COMPRESSIBLE = /\.(js|css|wasm|svg|json|txt|html|webmanifest)$/;

const hash = (...parts) => parts.reduce((h, part) => h.update(part), createHash('sha256')).digest('hex').slice(0, 16);
const run = (program, args) => execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** A folder of the cache made by `make` unless it is there already. */
function once(name, make) {
  const folder = path.join(given.cache, name);
  if (!fs.existsSync(folder)) {
    const unfinished = `${folder}.unfinished-${process.pid}`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.mkdirSync(unfinished, { recursive: true });
    make(unfinished);
    fs.renameSync(unfinished, folder);
  }
  return folder;
}

/** wasm-bindgen, wasm-opt and a minified glue, for the WebAssembly that cargo made. */
function browserHalf() {
  const bindgen = execFileSync('wasm-bindgen', ['--version'], { encoding: 'utf8' });
  const binaryen = JSON.parse(fs.readFileSync(path.join(tools, 'binaryen/package.json'), 'utf8')).version;
  const key = hash(fs.readFileSync(given.wasm), bindgen, binaryen, esbuild.version, WASM_OPT.join(), BROWSERS.join());
  return once(`wasm-${key}`, (folder) => {
    console.log('Binding and shrinking the WebAssembly (about 20 seconds)');
    const bound = path.join(folder, 'bound');
    // Without a default path the glue fetches nothing by itself: the page names the WebAssembly when it starts it.
    run('wasm-bindgen', ['--target', 'web', '--no-typescript', '--omit-default-module-path', '--out-name', 'app', '--out-dir', bound, given.wasm]);
    run(process.execPath, [path.join(tools, 'binaryen/bin/wasm-opt'), ...WASM_OPT, path.join(bound, 'app_bg.wasm'), '-o', path.join(folder, 'app.wasm')]);
    esbuild.buildSync({ entryPoints: [path.join(bound, 'app.js')], outfile: path.join(folder, 'app.js'), bundle: true, minify: true, format: 'esm', target: BROWSERS, legalComments: 'none', logLevel: 'warning' });
    fs.rmSync(bound, { recursive: true });
  });
}

/** style/main.css with its imports but for some features, layers kept; addresses like /icons/x.svg stay as they are. */
function styleSheet(without = []) {
  const imports = fs.readFileSync(path.join(root, 'style/main.css'), 'utf8').split('\n');
  for (const feature of without) {
    if (!imports.some((line) => line.includes(`"features/${feature}.css"`))) throw new Error(`style/main.css has no feature "${feature}".`);
  }
  const contents = imports.filter((line) => !without.some((feature) => line.includes(`"features/${feature}.css"`))).join('\n');
  const stdin = { contents, loader: 'css', resolveDir: path.join(root, 'style') };
  const result = esbuild.buildSync({ stdin, bundle: true, minify: true, write: false, external: ['/icons/*'], target: BROWSERS, legalComments: 'none', logLevel: 'warning' });
  return Buffer.from(result.outputFiles[0].contents);
}

/** Brotli at its best and gzip at its best, made once for each content. */
function compressed(bytes) {
  const folder = once(`packed-${hash(bytes)}`, (target) => {
    const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 22, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    fs.writeFileSync(path.join(target, 'br'), zlib.brotliCompressSync(bytes, { params }));
    fs.writeFileSync(path.join(target, 'gz'), zlib.gzipSync(bytes, { level: 9 }));
  });
  return { br: fs.readFileSync(path.join(folder, 'br')), gz: fs.readFileSync(path.join(folder, 'gz')) };
}

const wanted = new Set();
/** Writes a file of the site (and its packed twins) unless it is there with the same bytes. */
function place(name, bytes) {
  const files = [[name, bytes]];
  if (COMPRESSIBLE.test(name) && bytes.length > 256) {
    const packed = compressed(bytes);
    files.push([`${name}.br`, packed.br], [`${name}.gz`, packed.gz]);
  }
  for (const [file, content] of files) {
    const target = path.join(given.out, file);
    wanted.add(target);
    if (fs.existsSync(target) && fs.readFileSync(target).equals(content)) continue;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(`${target}.new`, content);
    fs.renameSync(`${target}.new`, target);
  }
}

function everyFile(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
}

const half = browserHalf();
const manifest = {};
for (const [kind, bytes] of [
  ['js', fs.readFileSync(path.join(half, 'app.js'))],
  ['wasm', fs.readFileSync(path.join(half, 'app.wasm'))],
  ['css', styleSheet()],
]) {
  manifest[kind] = `/pkg/app-${hash(bytes)}.${kind}`;
  place(manifest[kind].slice(1), bytes);
}
// What stands within the page on the first visit: the style without what that page never shows.
for (const [page, without] of Object.entries(JSON.parse(fs.readFileSync(path.join(root, 'style/first-visit.json'), 'utf8')))) {
  const bytes = styleSheet(without);
  manifest[`css_${page}`] = `/pkg/first-${page}-${hash(bytes)}.css`;
  place(manifest[`css_${page}`].slice(1), bytes);
}
const publicFolder = path.join(root, 'public');
for (const file of everyFile(publicFolder)) place(file, fs.readFileSync(path.join(publicFolder, file)));
const text = `${JSON.stringify(manifest, null, 2)}\n`;
fs.writeFileSync(path.join(given.out, 'manifest.json'), text);
wanted.add(path.join(given.out, 'manifest.json'));

// Files of an earlier build go; what the cache has not needed for a month goes too.
for (const file of everyFile(given.out)) if (!wanted.has(path.join(given.out, file))) fs.rmSync(path.join(given.out, file));
const monthAgo = Date.now() - 30 * 24 * 3600 * 1000;
for (const name of fs.readdirSync(given.cache)) {
  const folder = path.join(given.cache, name);
  if (fs.statSync(folder).mtimeMs < monthAgo) fs.rmSync(folder, { recursive: true });
}
console.log(`Site: ${Object.values(manifest).join('  ')}`);
