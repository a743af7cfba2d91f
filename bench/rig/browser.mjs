// Playwright from the cache's node_modules, driving the Chromium that is installed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.SENSIBLE_NODE_MODULES ?? 'node_modules', '..', 'package.json'));
export const playwright = require('playwright-core');

const executablePath = [process.env.SENSIBLE_CHROMIUM, '/usr/bin/chromium', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find((p) => p && existsSync(p));

export const launchOptions = {
  executablePath, headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
