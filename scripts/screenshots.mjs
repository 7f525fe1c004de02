// Makes the pictures of the README from the running sample: `npm run screenshots`.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const repository = fileURLToPath(new URL('..', import.meta.url));
const images = join(repository, 'docs', 'images');
const data = mkdtempSync(join(tmpdir(), 'rocket-screenshots-'));
mkdirSync(images, { recursive: true });

const setup = execFileSync(process.execPath, [join(repository, 'scripts/setup-chromium.mjs')], {
  encoding: 'utf8',
});
const { executable, environment } = JSON.parse(setup);
const server = spawn(
  process.execPath,
  [join(repository, 'cli/rocket.js'), 'start', '--root', 'sample/media-server', '--port', '0'],
  {
    cwd: repository,
    env: { ...process.env, DATABASE_FILE: join(data, 'songs.sqlite') },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const browser = await chromium.launch({
  executablePath: executable,
  env: { ...process.env, ...environment },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});

try {
  const url = await listeningUrl();
  await shoot('media-server', { width: 1100, height: 760 }, {}, async (page) => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Maple Leaf Rag' }).waitFor();
  });
  await shoot('media-server-dark', { width: 1100, height: 760 }, { colorScheme: 'dark' }, async (page) => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Maple Leaf Rag' }).click();
    await page.getByRole('heading', { name: 'Maple Leaf Rag' }).waitFor();
  });
  await shoot('media-server-phone', { width: 390, height: 760 }, { hasTouch: true }, async (page) => {
    await page.goto(`${url}/#/songs/new`);
    await page
      .getByRole('button', { name: /save|add/i })
      .first()
      .click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
  });
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}

async function shoot(name, viewport, options, arrive) {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await arrive(page);
  await page.screenshot({ path: join(images, `${name}.png`) });
  await context.close();
  console.log(`docs/images/${name}.png`);
}

/** The address in the line that `rocket start` prints. */
async function listeningUrl() {
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The sample did not start: run `npm run build` and `npm run build -w sample/media-server`');
}
