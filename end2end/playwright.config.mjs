// What a person sees, three times: with WebAssembly, without JavaScript, on a phone.
// The product is the built one, started by bin/start on spare ports with fresh data,
// its fake Slack beside it. SENSIBLE_E2E_FOLDER says which tests: `tests` read the demo
// story as it was told; `running` writes into it, on a product of its own.
import { defineConfig, devices } from '@playwright/test';
import path from 'node:path';
import { root, sparePort, startOptions, temporaryFolder } from './product.mjs';

// This file is read again in every worker: what the first reading chose is handed on.
process.env.SENSIBLE_E2E_PORT ??= String(await sparePort());
process.env.SENSIBLE_E2E_SLACK_PORT ??= String(await sparePort());
process.env.SENSIBLE_E2E_HOME ??= temporaryFolder('browser');

const base = `http://127.0.0.1:${process.env.SENSIBLE_E2E_PORT}`;
const chromium = {
  browserName: 'chromium',
  launchOptions: {
    executablePath: process.env.SENSIBLE_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  },
};

export default defineConfig({
  testDir: process.env.SENSIBLE_E2E_FOLDER ?? 'tests',
  testMatch: '*.spec.mjs',
  outputDir: `out/results-${process.env.SENSIBLE_E2E_FOLDER ?? 'tests'}`,
  reporter: [['list'], ['json', { outputFile: `out/report-${process.env.SENSIBLE_E2E_FOLDER ?? 'tests'}.json` }]],
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  use: {
    ...chromium,
    baseURL: base,
    locale: 'en-GB',
    timezoneId: 'Asia/Tokyo',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'hydrated', use: { viewport: { width: 1280, height: 800 } } },
    { name: 'nojs', use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false } },
    { name: 'phone', use: { ...devices['Pixel 7'], ...chromium } },
  ],
  webServer: {
    command: [path.join(root, 'bin/start'), ...startOptions].join(' '),
    url: `${base}/readyz`,
    timeout: 1_800_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    stdout: 'pipe',
    env: {
      SENSIBLE_HOME: process.env.SENSIBLE_E2E_HOME,
      SENSIBLE_ADDRESS: `127.0.0.1:${process.env.SENSIBLE_E2E_PORT}`,
      SENSIBLE_FAKE_SLACK: `127.0.0.1:${process.env.SENSIBLE_E2E_SLACK_PORT}`,
    },
  },
});
