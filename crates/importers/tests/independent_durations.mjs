// How long the incidents of a Statuspage took, computed apart from the importer.
//
//   node independent_durations.mjs FOLDER
//
// Reads every *.json file of the folder in the shape of Statuspage's API, version 2
// ({"page": …, "incident": …} or a bare incident) and prints JSON: the duration of each
// incident in seconds by its id, their median, and the ids without a duration.
//
// An incident lasts from started_at to resolved_at. Where created_at equals resolved_at it
// was put on the page afterwards; then it lasts from the first to the last time in bold in
// the text of its updates, and with fewer than two different times nobody knows how long.
import fs from 'node:fs';
import path from 'node:path';

/** Microseconds since 1970: Date knows milliseconds only. */
function instant(text) {
  const [, seconds, fraction = '', zone] = /^([^.]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  return Date.parse(seconds + zone) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** What stands between <strong> and </strong>, without the tags inside and with the usual signs read. */
function boldTexts(html) {
  const signs = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': ' ', '&#39;': "'" };
  return [...html.matchAll(/<strong\b[^>]*>(.*?)<\/strong\s*>/gis)]
    .map(([, inside]) => inside.replace(/<[^>]*>/g, '').replace(/&[a-z#0-9]+;/gi, (sign) => signs[sign.toLowerCase()] ?? sign));
}

const timesInWords = (incident) =>
  incident.incident_updates
    .flatMap((update) => boldTexts(update.body ?? ''))
    .map((text) => /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text.trim()))
    .filter(Boolean)
    .map(([, day, time]) => instant(`${day}T${time}Z`))
    .filter((time) => !Number.isNaN(time));

/** Seconds, or null when nobody knows. */
function duration(incident) {
  if (incident.resolved_at === null) return null;
  const [created, resolved] = [instant(incident.created_at), instant(incident.resolved_at)];
  if (created !== resolved) return (resolved - instant(incident.started_at)) / 1e6;
  const times = timesInWords(incident);
  return new Set(times).size < 2 ? null : (Math.max(...times) - Math.min(...times)) / 1e6;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('node independent_durations.mjs FOLDER');
  process.exit(2);
}
const durations = {};
const without = [];
for (const name of fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  const record = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const incident = record.incident ?? record;
  const seconds = duration(incident);
  if (seconds === null) without.push(incident.id);
  else durations[incident.id] = seconds;
}
console.log(JSON.stringify({ durations, median: median(Object.values(durations)), without }, null, 1));
