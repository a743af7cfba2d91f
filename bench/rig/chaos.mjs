// The proxy of crates/chaos, as a program that takes orders.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a proxy before `upstream` (a loopback port); `order('cut')` is ready when it has taken effect. */
export async function startChaos(upstream) {
  const program = process.env.SENSIBLE_CHAOS;
  if (!program) throw new Error('SENSIBLE_CHAOS does not say where the proxy is. Run bench/storm.');
  const child = spawn(program, [`127.0.0.1:${upstream}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('The proxy has ended.');
    return value;
  };
  const port = Number(/:(\d+)$/.exec(await next())[1]);
  return {
    port,
    async order(what) {
      child.stdin.write(`${what}\n`);
      const answer = await next();
      if (answer !== 'done') throw new Error(`The proxy was told “${what}” and says “${answer}”.`);
    },
    async stop() {
      const gone = new Promise((r) => child.once('exit', r));
      child.stdin.end();
      await gone;
    },
  };
}
