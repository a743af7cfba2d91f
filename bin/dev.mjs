// The loop of bin/dev: watches the rooms, builds, restarts.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const ROOMS = ['app', 'server', 'crates', 'frontend', 'style', 'public', 'migrations', '.sqlx'];
/** Editors write a file in several steps; a build starts when they have been quiet for this long. */
const QUIET_MS = 150;

let product = null;
let building = false;
let changed = new Set();
let timer = null;

const run = (program, args) =>
  new Promise((resolve) => spawn(path.join(root, program), args, { cwd: root, stdio: 'inherit' }).on('exit', (code) => resolve(code === 0)));

function start() {
  product = spawn(path.join(root, 'bin/start'), ['--dev', '--built'], { cwd: root, stdio: 'inherit' });
  const mine = product;
  mine.on('exit', () => { if (product === mine) product = null; });
}

const stop = () =>
  new Promise((resolve) => {
    if (!product) return resolve();
    product.once('exit', resolve);
    product.kill('SIGTERM');
  });

async function rebuild() {
  if (building) return;
  building = true;
  while (changed.size > 0) {
    console.log(`\nChanged: ${[...changed].slice(0, 4).join(', ')}${changed.size > 4 ? ` and ${changed.size - 4} more` : ''}`);
    changed = new Set();
    if (await run('bin/build', ['--dev'])) {
      await stop();
      start();
    } else {
      console.log('Not built; waiting for the next change.');
    }
  }
  building = false;
}

/** What nobody wrote: hidden files (not the room .sqlx), results of builds, and what editors leave. */
const isNoise = (file) => file.split('/').some((part, at) => (part.startsWith('.') && at > 0) || part === 'target' || part === 'node_modules') || /~$|\.new$/.test(file);

function note(file) {
  if (isNoise(file)) return;
  changed.add(file);
  clearTimeout(timer);
  timer = setTimeout(rebuild, QUIET_MS);
}

process.on('SIGINT', async () => { await stop(); process.exit(0); });
process.on('SIGTERM', async () => { await stop(); process.exit(0); });
for (const room of ROOMS) {
  const folder = path.join(root, room);
  if (fs.existsSync(folder)) fs.watch(folder, { recursive: true }, (_, file) => file && note(`${room}/${file}`));
}
changed.add('everything');
await rebuild();
