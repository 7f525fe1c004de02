/**
 * Finds or fetches the PostgreSQL of the specs and prints, as JSON, its `executable` and the `environment`
 * it needs. In this order: the folder in the variable POSTGRES_BIN, what Debian has installed, what is on
 * the PATH, and else Debian's own package, which is unpacked and not installed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackFromDebian } from './debian-packages.mjs';
import { SetupError, say } from './setup-error.mjs';

const cure =
  'install it with `apt-get install -y postgresql` or set POSTGRES_BIN to the folder of its programs';

await say(async () => fromEnvironment() ?? fromSystem() ?? (await fromPackage()));

function fromEnvironment() {
  const bin = process.env.POSTGRES_BIN;
  if (bin === undefined || bin === '') return undefined;
  if (!isComplete(bin))
    throw new SetupError(`POSTGRES_BIN names a folder without initdb and postgres, "${bin}": ${cure}`);
  return installed(bin);
}

function fromSystem() {
  const debian = versionsIn('/usr/lib/postgresql');
  const onPath = (process.env.PATH ?? '').split(delimiter);
  const bin = [...debian, ...onPath].find(isComplete);
  return bin && installed(bin);
}

async function fromPackage() {
  const { folder, environment } = await unpackFromDebian({
    name: 'postgres',
    title: 'PostgreSQL',
    root: 'postgresql',
    programs: /^postgresql-\d+$/,
    surplus: (draft) => debianVersions(draft).map((bin) => join(bin, '../lib/bitcode')),
    cure,
  });
  const bin = debianVersions(folder).find(isComplete);
  if (bin === undefined) throw new SetupError(`Debian's package holds no initdb and postgres: ${cure}`);
  return installed(bin, environment);
}

function debianVersions(folder) {
  return versionsIn(join(folder, 'usr/lib/postgresql'));
}

/** The folders of programs under Debian's folder of versions, the newest version first. */
function versionsIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(folder, version, 'bin'));
}

function isComplete(bin) {
  return ['initdb', 'postgres'].every((name) => existsSync(join(bin, name)));
}

function installed(bin, environment = {}) {
  return { executable: join(bin, 'postgres'), environment };
}
