// A throw-away Postgres with production's durability (fsync on), for one measurement.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The folder that holds `initdb` and `postgres`. */
export function binaries() {
  const versions = '/usr/lib/postgresql';
  const places = [
    process.env.SENSIBLE_POSTGRES && join(process.env.SENSIBLE_POSTGRES, 'bin'),
    ...(existsSync(versions) ? readdirSync(versions).sort((a, b) => b - a).map((v) => join(versions, v, 'bin')) : []),
    ...[18, 17, 16, 15].flatMap((v) => [`/opt/homebrew/opt/postgresql@${v}/bin`, `/usr/local/opt/postgresql@${v}/bin`]),
  ];
  const found = places.find((p) => p && existsSync(join(p, 'initdb')));
  if (!found) throw new Error('No Postgres server is installed. Run bin/setup first.');
  return found;
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a server; `stop()` ends it and removes its folder. */
export async function startPostgres() {
  const bin = binaries();
  const folder = mkdtempSync(join(tmpdir(), 'sensible-bench-'));
  const root = userInfo().uid === 0;
  // initdb refuses root.
  const user = root ? unprivileged() : null;
  if (user) { chownSync(folder, user.uid, user.gid); chmodSync(folder, 0o700); }
  const as = user ? { uid: user.uid, gid: user.gid, cwd: folder } : { cwd: folder };
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], { ...as, stdio: 'ignore' });
  const port = await freePort();
  const serve = () => spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=100', '-c', 'autovacuum=off'], { ...as, stdio: 'ignore' });
  let child = serve();
  const url = (database) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const accepts = () => {
    try { execFileSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }); return true; } catch { return false; }
  };
  await until(accepts, 'Postgres');
  return {
    get pid() { return child.pid; },
    port, url, bin,
    /** As when the machine loses its power, but for what the kernel has: nobody is told. */
    async kill() {
      const gone = new Promise((r) => child.once('exit', r));
      child.kill('SIGKILL');
      await gone;
    },
    /** Starts it again after `kill()`, and waits until it accepts. Its orphans must have ended first. */
    async restart() {
      await until(async () => {
        if (accepts()) return true;
        if (child.exitCode !== null || child.signalCode) child = serve();
        return false;
      }, 'Postgres');
    },
    psql(database, ...args) {
      return execFileSync(join(bin, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-At', url(database), ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
    },
    async stop() {
      const gone = new Promise((r) => child.once('exit', r));
      child.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function unprivileged() {
  for (const name of ['sensible', 'postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
      return { uid: id('-u'), gid: id('-g') };
    } catch { /* the next one */ }
  }
  throw new Error('No unprivileged user to run Postgres as.');
}

/** Asks every 20 ms until `ready` answers true; gives up after `seconds`. */
export async function until(ready, what, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`${what} did not answer within ${seconds} s.`);
    await new Promise((r) => setTimeout(r, 20));
  }
}
