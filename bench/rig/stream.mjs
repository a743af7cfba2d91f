// A stream as a browser reads it, and a page that applies what it hears.
import { Agent, request } from 'node:http';

/** One open stream. `heard` is called with each event: its kind, its data as text, when it came. */
export class Stream {
  #sent;
  #agent = new Agent({ keepAlive: false });
  #rest = '';

  constructor(url, cookie, incident, { since, last, heard, ended = () => {} } = {}) {
    const query = `incidents=${incident}${since === undefined ? '' : `&since=${incident}:${since}`}`;
    const headers = { cookie, accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': `${incident}:${last}` }) };
    this.open = new Promise((resolve, reject) => {
      this.#sent = request(`${url}/live?${query}`, { agent: this.#agent, headers }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`The stream answered ${response.statusCode}.`));
        response.setEncoding('utf8');
        response.on('data', (part) => this.#read(part, heard, resolve));
        response.on('error', () => {});
        response.on('close', ended);
      });
      this.#sent.on('error', (error) => { reject(error); ended(); });
      this.#sent.end();
    });
    this.open.catch(() => {});
  }

  #read(part, heard, resolve) {
    const frames = (this.#rest + part).split('\n\n');
    this.#rest = frames.pop();
    for (const frame of frames) {
      const field = (name) => frame.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const kind = field('event');
      if (kind === 'hello') resolve();
      else if (kind && kind !== 'here') heard(kind, field('data'), performance.now());
    }
  }

  cut() { this.#sent.destroy(); }
}

/** What a page shows of a timeline, applied as the browser does; counts gaps and what came twice. */
export class Shown {
  seq;
  items = new Set();
  gaps = 0;
  twice = 0;

  constructor(seq) { this.seq = seq; }

  apply(data) {
    const change = JSON.parse(data);
    if (change.seq < this.seq || (change.seq === this.seq && change.from < this.seq)) { this.twice += 1; return; }
    if (change.from > this.seq || change.again) this.gaps += 1;
    this.seq = change.seq;
    for (const item of change.items) {
      if (item.op === 'remove') this.items.delete(item.id);
      else if (item.op === 'stale') this.gaps += 1;
      else if (this.items.has(item.id)) this.twice += 1;
      else this.items.add(item.id);
    }
  }
}
