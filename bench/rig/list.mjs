// What a page costs: CPU milliseconds of server and Postgres together, and latency.
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';
import { startPostgres } from './postgres.mjs';
import { cpuOfTree } from './processes.mjs';
import { signIn, startProduct } from './product.mjs';
import { verdict } from './verdict.mjs';

const data = fileURLToPath(new URL('./data.sql', import.meta.url));

export async function filled(postgres, incidents) {
  const name = `bench_${incidents}`;
  postgres.psql('postgres', '-c', `create database ${name}`);
  const product = await startProduct(postgres.url(name));
  // The first to sign in is the admin; the tables are there since the server started.
  const cookie = await signIn(product);
  postgres.psql(name, '-v', `n=${incidents}`, '-f', data);
  return { product, cookie, name };
}

/** CPU-ms a request at `connections`, median of five runs of four seconds after a warm-up. */
export function cost(postgres, product, cookie, path, connections = 4) {
  const url = `${product.url}${path}`;
  load(url, cookie, { connections, seconds: 2 });
  const runs = [];
  for (let i = 0; i < 5; i += 1) {
    const before = cpuOfTree(product.pid) + cpuOfTree(postgres.pid);
    const { requests } = load(url, cookie, { connections, seconds: 4 });
    runs.push((cpuOfTree(product.pid) + cpuOfTree(postgres.pid) - before) / requests);
  }
  return runs.sort((a, b) => a - b)[2];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const postgres = await startPostgres();
  const stop = [];
  try {
    console.log('Two databases: 1,000 and 20,000 incidents. About three minutes.');
    const small = await filled(postgres, 1000); stop.push(small.product);
    const smallList = cost(postgres, small.product, small.cookie, '/incidents');
    console.log(`list of 25 out of 1,000: ${smallList.toFixed(2)} CPU-ms a request`);
    await small.product.stop(); stop.pop();
    const large = await filled(postgres, 20000); stop.push(large.product);
    const list = cost(postgres, large.product, large.cookie, '/incidents');
    console.log(`list of 25 out of 20,000: ${list.toFixed(2)} CPU-ms a request`);
    const homepage = cost(postgres, large.product, large.cookie, '/incidents/INC-20000');
    console.log(`homepage of 12 items: ${homepage.toFixed(2)} CPU-ms a request`);
    const { p50, p95 } = load(`${large.product.url}/incidents`, large.cookie, { connections: 16, seconds: 10 });
    console.log(`list at 16 connections: half within ${p50.toFixed(1)} ms, 95 of 100 within ${p95.toFixed(1)} ms`);
    verdict('bench/list', [
      { what: 'list', value: list, most: 2, unit: ' CPU-ms' },
      { what: 'homepage', value: homepage, most: 2, unit: ' CPU-ms' },
      { what: '20,000 against 1,000', value: list / smallList, most: 1.2, unit: '×' },
      { what: '95th percentile at 16 connections', value: p95, most: 25, unit: ' ms', digits: 1 },
    ]);
  } finally {
    for (const product of stop) await product.stop();
    await postgres.stop();
  }
}
