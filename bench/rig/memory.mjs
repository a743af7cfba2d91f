// Resident memory idle and after the list's load; time from start to first answer.
import { cost, filled } from './list.mjs';
import { startPostgres } from './postgres.mjs';
import { residentMb } from './processes.mjs';
import { median, verdict } from './verdict.mjs';

const postgres = await startPostgres();
let product;
try {
  const large = await filled(postgres, 20000);
  product = large.product;
  const starts = [];
  for (let i = 0; i < 5; i += 1) starts.push(await product.restart());
  console.log(`start to first answer: ${starts.map((s) => s.toFixed(0)).join(', ')} ms`);
  const idle = residentMb(product.pid);
  console.log(`idle: ${idle.toFixed(1)} MB`);
  cost(postgres, product, large.cookie, '/incidents', 16);
  cost(postgres, product, large.cookie, '/incidents/INC-20000', 16);
  const loaded = residentMb(product.pid);
  console.log(`after the load: ${loaded.toFixed(1)} MB`);
  verdict('bench/memory', [
    { what: 'idle', value: idle, most: 40, unit: ' MB', digits: 1 },
    { what: 'after the load', value: loaded, most: 96, unit: ' MB', digits: 1 },
    { what: 'start to first answer', value: median(starts) / 1000, most: 0.4, unit: ' s', digits: 3 },
  ]);
} finally {
  await product?.stop();
  await postgres.stop();
}
