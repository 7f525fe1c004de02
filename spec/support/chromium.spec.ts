import { afterEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';

const { CHROMIUM } = process.env;
let browser: Browser | undefined;

afterEach(async () => {
  await browser?.close();
  if (CHROMIUM === undefined) delete process.env.CHROMIUM;
  else process.env.CHROMIUM = CHROMIUM;
});

test('the browser runs scripts and draws text', async () => {
  browser = await launchChromium();
  const page = await browser.newPage();
  await page.setContent('<span style="font-size: 40px">one wide line of text</span>');

  expect(await page.evaluate('1 + 1')).toBe(2);
  const box = await page.locator('span').boundingBox();
  expect(box?.width).toBeGreaterThan(200);
}, 30_000);

test('a browser that does not exist is told in one sentence with the cure', async () => {
  process.env.CHROMIUM = '/no/such/browser';
  await expect(launchChromium()).rejects.toThrow(
    'CHROMIUM names a browser that does not exist, "/no/such/browser": install one with `apt-get install -y chromium-headless-shell` or set CHROMIUM to its path',
  );
});
