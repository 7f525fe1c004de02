import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { HttpServer } from '../../../../runtime/server/http/http-server.js';
import { launchChromium } from '../../../support/chromium.js';

const publicDir = mkdtempSync(join(tmpdir(), 'rocket-csp-'));
const server = new HttpServer({ publicDir });
const elsewhere = new HttpServer({ publicDir });
let browser: Browser;
let page: Page;
let foreignOrigin: string;

beforeAll(async () => {
  writeFileSync(
    join(publicDir, 'index.html'),
    '<!doctype html><p id="text"></p><script>window.inlineRan = true</script><script src="/app.js"></script>',
  );
  writeFileSync(
    join(publicDir, 'app.js'),
    `window.violations = [];
     addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective));
     window.open_ = (url) => new Promise((resolve) => {
       try {
         const socket = new WebSocket(url);
         socket.onopen = () => resolve('opened');
         socket.onerror = () => resolve('refused');
       } catch { resolve('refused'); }
     });`,
  );
  // A policy stands in the way only after a server has answered: both really take sockets.
  for (const one of [server, elsewhere]) {
    const sockets = new WebSocketServer({ noServer: true });
    one.onUpgrade((request, socket, head) => sockets.handleUpgrade(request, socket, head, () => undefined));
  }
  const origin = await server.listen(0, '127.0.0.1');
  foreignOrigin = await elsewhere.listen(0, '127.0.0.1');
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(origin);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await Promise.all([server.close(), elsewhere.close()]);
  rmSync(publicDir, { recursive: true, force: true });
});

interface Probe {
  violations: string[];
  inlineRan?: boolean;
  open_(url: string): Promise<string>;
}

/** The directives that were violated since the last time this was asked. */
function violations(): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as Probe).violations.splice(0));
}

test('a page opens a WebSocket to its own origin', async () => {
  const outcome = await page.evaluate(() => {
    const { host } = (globalThis as unknown as { location: { host: string } }).location;
    return (globalThis as unknown as Probe).open_(`ws://${host}/rocket`);
  });
  expect(outcome).toBe('opened');
  expect(await violations()).toEqual([]);
});

test('a page does not open a WebSocket to another origin', async () => {
  const outcome = await page.evaluate(
    (url) => (globalThis as unknown as Probe).open_(url),
    foreignOrigin.replace('http', 'ws'),
  );
  expect(outcome).toBe('refused');
  expect(await violations()).toEqual(['connect-src']);
});

test('a script within the page does not run', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as Probe).inlineRan)).toBeUndefined();
});

test('text becomes markup through the policy named rocket alone', async () => {
  const outcomes = await page.evaluate(() => {
    type Policy = { createHTML(html: string): string };
    const { document, trustedTypes } = globalThis as unknown as {
      document: { getElementById(id: string): { innerHTML: string } };
      trustedTypes: { createPolicy(name: string, rules: Policy): Policy };
    };
    const attempt = (run: () => void) => {
      try {
        run();
        return 'done';
      } catch {
        return 'refused';
      }
    };
    const target = document.getElementById('text');
    return {
      plainText: attempt(() => {
        target.innerHTML = '<b>x</b>';
      }),
      otherPolicy: attempt(() => void trustedTypes.createPolicy('other', { createHTML: (html) => html })),
      rocket: attempt(() => {
        target.innerHTML = trustedTypes
          .createPolicy('rocket', { createHTML: (html) => html })
          .createHTML('<b>x</b>');
      }),
    };
  });
  expect(outcomes).toEqual({ plainText: 'refused', otherPolicy: 'refused', rocket: 'done' });
  expect(await violations()).toEqual(['require-trusted-types-for', 'trusted-types']);
});
