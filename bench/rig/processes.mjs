// CPU time and memory of processes, as the kernel counts them (Linux /proc).
import { readFileSync, readdirSync } from 'node:fs';

const TICK_MS = 10; // USER_HZ is 100 on every Linux that we know.

function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), own: (Number(fields[11]) + Number(fields[12])) * TICK_MS, dead: (Number(fields[13]) + Number(fields[14])) * TICK_MS };
}

/** CPU milliseconds of a process and all that it started, ended ones included. */
export function cpuOfTree(pid) {
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try { all.set(Number(name), stat(Number(name))); } catch { /* gone meanwhile */ }
  }
  let sum = 0;
  const add = (id) => {
    const s = all.get(id);
    if (!s) return;
    sum += s.own + s.dead;
    for (const [child, { parent }] of all) if (parent === id) add(child);
  };
  add(pid);
  return sum;
}

/** Resident memory in MB (10^6 bytes). */
export function residentMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024 / 1e6;
}
