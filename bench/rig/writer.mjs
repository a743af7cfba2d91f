// A client of the composer's form, with the manners of the product's own: who gets no
// answer sends the same request again.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const NOTE = '/api/incidents/note';
/** As in the browser; far above what the server allows itself. */
const PATIENCE_MS = 10_000;

export class Client {
  /** The longest request that ended with an answer or with a broken connection, in ms. */
  longest = 0;
  /** When the last write was acknowledged. */
  lastAnswer = 0;
  #url;
  #agent = new Agent({ keepAlive: true, maxSockets: 200 });

  constructor(url) { this.#url = url; }

  /** Sends a note, or an update, once; status 0 when the connection breaks. */
  send(note) { return this.post(NOTE, fields(note), note.who); }

  /** Sends a form once, as somebody; status 0 when the connection breaks. */
  async post(path, form, who) {
    const begun = Date.now();
    const answer = await new Promise((resolve) => {
      const sent = this.#begin(path, form, who, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { body += part; });
        response.on('end', () => resolve({ status: response.statusCode, code: response.headers['x-code'], body }));
        response.on('error', () => resolve({ status: 0, body: '' }));
      });
      sent.on('error', () => resolve({ status: 0, body: '' }));
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer')));
    });
    this.longest = Math.max(this.longest, Date.now() - begun);
    return answer;
  }

  /** Sends it and leaves before the answer. */
  async hangUp(note, after) {
    const sent = this.#begin(NOTE, fields(note), note.who, (response) => response.resume());
    sent.on('error', () => {});
    await pause(after);
    sent.destroy();
  }

  async untilAnswered(note) {
    const given = Date.now() + 120_000;
    for (let tries = 0; ; tries += 1) {
      const { status, code, body } = await this.send(note);
      if (status === 200) {
        note.acknowledged += 1;
        this.lastAnswer = Date.now();
        return;
      }
      if (![0, 429, 502, 503].includes(status)) throw new Error(`A note was answered with ${status} ${code}: ${body}`);
      if (Date.now() > given) throw new Error(`A note has no answer after two minutes; the last was ${status}.`);
      await pause(status === 429 ? 1000 : Math.min(50 * 2 ** tries, 400));
    }
  }

  #begin(path, form, who, answered) {
    const body = new URLSearchParams(form).toString();
    const sent = request(`${this.#url}${path}`, {
      method: 'POST', agent: this.#agent,
      headers: {
        accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body),
        cookie: who.cookie, origin: this.#url, 'sec-fetch-site': 'same-origin', 'x-person': who.id,
      },
    }, answered);
    sent.end(body);
    return sent;
  }
}

function fields({ request: id, incident, text, what = 'note' }) {
  return { incident, request: id, body: text, what, back: '/incidents' };
}
