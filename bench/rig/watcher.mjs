// Stands between the product and Slack, passes everything on as it is, and writes down each
// call of the Web API: when it came, when it was answered, and how.
import { Agent, createServer, request } from 'node:http';
import { freePort } from './postgres.mjs';

export class Watcher {
  /** `{ method, at, answered, status, wait }`; times as of `performance.now()`, `wait` in seconds. */
  calls = [];
  #server;
  #agent = new Agent({ keepAlive: true });

  /** Listens before `upstream`; its own address. */
  async listen(upstream) {
    const { hostname, port } = new URL(upstream);
    const own = await freePort();
    this.#server = createServer((asked, answer) => {
      const call = { method: /^\/api\/([\w.]+)/.exec(asked.url)?.[1], at: performance.now(), answered: undefined, status: 0, wait: 0 };
      if (call.method) this.calls.push(call);
      const passed = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers, agent: this.#agent }, (said) => {
        call.answered = performance.now();
        call.status = said.statusCode;
        call.wait = said.statusCode === 429 ? Number(said.headers['retry-after']) : 0;
        answer.writeHead(said.statusCode, said.headers);
        said.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      // Whoever gives up is not waited for.
      answer.on('close', () => { if (!answer.writableFinished) passed.destroy(); });
      asked.pipe(passed);
    });
    await new Promise((ready) => this.#server.listen(own, '127.0.0.1', ready));
    return `http://127.0.0.1:${own}`;
  }

  /** Calls that post, change or delete while Slack had asked to wait. */
  insideWindows() {
    const posting = this.calls.filter(({ method }) => method.startsWith('chat.'));
    const windows = posting.filter(({ status }) => status === 429).map(({ answered, wait }) => [answered, answered + wait * 1000]);
    return { windows: windows.length, inside: posting.filter(({ at }) => windows.some(([from, to]) => at > from && at < to)).length };
  }

  stop() {
    this.#agent.destroy();
    this.#server?.closeAllConnections();
    return new Promise((done) => { if (this.#server) this.#server.close(done); else done(); });
  }
}
