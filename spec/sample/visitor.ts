import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Somebody with a browser window of their own, and what the window complained of. */
export interface Visitor {
  readonly page: Page;
  /** Errors on the console, uncaught ones, and violations of the security policy. */
  readonly complaints: string[];
}

/** Opens a window of its own, as if on another machine, and waits until the app is connected. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  // A violation in report-only form would not reach the console as an error.
  await page.exposeFunction('complain', (complaint: string) => complaints.push(complaint));
  await page.addInitScript(reportViolations);
  await page.goto(url);
  return { page, complaints };
}

/** Drops complaints that a test has provoked and expects. */
export function forgive({ complaints }: Visitor, expected: RegExp): void {
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !expected.test(text)));
}

/** Presses Tab until the element has the focus: how a keyboard gets there. */
export async function tabTo(page: Page, target: Locator, limit = 40): Promise<void> {
  for (let presses = 0; presses < limit; presses++) {
    await page.keyboard.press('Tab');
    if (await hasFocus(target)) return;
  }
  throw new Error(`Tab does not reach ${target}`);
}

export function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === element.ownerDocument.activeElement);
}

/** Runs in the page. */
const reportViolations = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  complain(['policy', violatedDirective, blockedURI, sample].join(' ')))`;
