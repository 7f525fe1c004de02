import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.js';
import { repository } from '../../support/repository.js';
import type { TestPage } from './page/entry.js';

declare global {
  /** What `page/entry.ts` put there. Named in functions that `page.evaluate` takes to the browser. */
  var test: TestPage;
}

const policy =
  "default-src 'self'; script-src 'self'; require-trusted-types-for 'script'; trusted-types rocket";

/** Pages with a client on them, in a real browser and under the strict policy. */
export class TestPages {
  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async start(): Promise<TestPages> {
    const script = await bundle(join(repository, 'spec/runtime/browser/page/entry.ts'));
    const server = createServer((request, response) => {
      response.setHeader('content-security-policy', policy);
      const isScript = /^\/app\d*\.js$/.test(request.url ?? '');
      if (request.url?.startsWith('/Song.')) response.statusCode = 404;
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      const scripts = request.url?.startsWith('/two') ? ['/app1.js', '/app2.js'] : ['/app.js'];
      response.end(
        isScript
          ? script
          : `<!doctype html><html lang="en"><title>Spec</title><link rel="icon" href="data:,">${scripts.map((src) => `<script type="module" src="${src}"></script>`).join('')}<body><main id="app"></main></body></html>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
    return new TestPages(await launchChromium(), `http://127.0.0.1:${port}/`, stop);
  }

  /** A fresh page whose `#app` holds `html`, rendered as an app would. */
  async open(html = '', path = ''): Promise<Page> {
    const page = await this.browser.newPage();
    await page.goto(this.url + path);
    await page.waitForFunction(() => globalThis.test?.rocket.state === 'open');
    await show(page, html);
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.stopServer();
  }
}

/** Renders markup into `#app`, by a call of the server. */
export function show(page: Page, html: string): Promise<void> {
  return page.evaluate((text) => globalThis.test.serve({ 'App.page': { html: text } }), html);
}

/** What the page has sent so far. */
export function sentBy(page: Page): Promise<Record<string, unknown>[]> {
  return page.evaluate(() => globalThis.test.sent);
}

/** Answers the newest call. */
export function reply(page: Page, fields: object = {}): Promise<void> {
  return page.evaluate((answer) => globalThis.test.reply(answer), fields);
}

export function errorsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => globalThis.test.errors);
}

export function violationsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => globalThis.test.violations);
}

/** One file for a browser, with what a bundler makes of the package's own imports. */
export async function bundle(entry: string, minify = false): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [
      {
        name: 'websocket',
        setup({ onResolve }) {
          onResolve({ filter: /^#websocket$/ }, () => ({
            path: join(repository, 'runtime/client/websocket.ts'),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}
