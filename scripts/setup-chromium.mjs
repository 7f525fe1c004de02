/**
 * Finds or unpacks the browser of the specs and prints, as JSON, its `executable` and the `environment` it
 * needs. In this order: the variable CHROMIUM, a browser on the PATH, the one in the package
 * `@sparticuz/chromium`. That one is unpacked here and not by its own code, which puts everything into the
 * shared temporary folder and brings neither its libraries nor its fonts along outside of AWS.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { cachedFolder } from './cache.mjs';
import { SetupError, say } from './setup-error.mjs';

const cure = 'install one with `apt-get install -y chromium-headless-shell` or set CHROMIUM to its path';

await say(async () => fromEnvironment() ?? fromPath() ?? (await fromPackage()));

function fromEnvironment() {
  const executable = process.env.CHROMIUM;
  if (executable === undefined || executable === '') return undefined;
  if (!existsSync(executable)) {
    throw new SetupError(`CHROMIUM names a browser that does not exist, "${executable}": ${cure}`);
  }
  return { executable, environment: {} };
}

function fromPath() {
  const names = ['chromium-headless-shell', 'chromium', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const executable = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  return executable && { executable, environment: {} };
}

async function fromPackage() {
  const { bin, version } = locatePackage();
  const folder = await cachedFolder(`chromium-${version}`, async (draft, folder) => {
    await Promise.all([
      unpackFile(join(bin, 'chromium.br'), join(draft, 'chromium')),
      unpackTar(join(bin, 'al2023.tar.br'), draft),
      unpackTar(join(bin, 'fonts.tar.br'), draft),
    ]);
    await writeFile(join(draft, 'fonts.conf'), fontList(folder));
  });
  const environment = {
    LD_LIBRARY_PATH: [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
  return { executable: join(folder, 'chromium'), environment };
}

function locatePackage() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(`No browser found, and no package has one for ${process.platform}: ${cure}`);
  }
  try {
    const door = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    const folder = dirname(dirname(door));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { bin: join(folder, 'bin'), version };
  } catch (cause) {
    throw new SetupError(
      `No browser found: install the package @sparticuz/chromium with \`npm ci\`, or ${cure}`,
      {
        cause,
      },
    );
  }
}

async function unpackFile(from, to) {
  await writeFile(to, await promisify(brotliDecompress)(readFileSync(from)));
  await chmod(to, 0o755);
}

async function unpackTar(from, folder) {
  const input = await promisify(brotliDecompress)(readFileSync(from));
  execFileSync('tar', ['-x', '--no-same-owner', '-C', folder], { input });
}

/** The package's fonts and those of the machine, so that a machine without fonts still shows text. */
function fontList(folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
