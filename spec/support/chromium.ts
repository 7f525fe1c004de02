import { type Browser, chromium } from 'playwright-core';
import { runSetup } from './run-setup.js';

/**
 * Starts a headless Chromium. `scripts/setup-chromium.mjs` says where it comes from; a machine without one
 * fails the spec with a sentence that names the package to install. Closing the browser removes its profile.
 *
 * @example
 * const browser = await launchChromium();
 * const page = await (await browser.newContext()).newPage();
 * await browser.close();
 */
export async function launchChromium(): Promise<Browser> {
  const { executable, environment } = await runSetup('chromium');
  return chromium.launch({
    executablePath: executable,
    env: { ...process.env, ...environment },
    args,
  });
}

// Added to those of playwright-core, which also makes the profile and removes it. Nothing may call home, and
// containers have neither a GPU nor the user namespaces that the sandbox needs.
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
];
