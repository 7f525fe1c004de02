/**
 * Finds or fetches the PostgreSQL of the specs and prints, as JSON, its `executable` and the `environment`
 * it needs. In this order: the folder in the variable POSTGRES_BIN, what Debian has installed, what is on
 * the PATH, and else Debian's own package. That is downloaded by apt with lists and cache in a folder of
 * ours and unpacked under `node_modules/.cache`: no root is needed and the system stays as it is.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cachedFolder } from './cache.mjs';
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
  const folder = await cachedFolder('postgres', fetchPackages);
  const bin = versionsIn(join(folder, 'usr/lib/postgresql')).find(isComplete);
  if (bin === undefined) throw new SetupError(`Debian's package holds no initdb and postgres: ${cure}`);
  const libraries = ['lib', 'usr/lib']
    .map((path) => join(folder, path))
    .filter(existsSync)
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join(path, name)),
    );
  return installed(bin, {
    LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  });
}

async function fetchPackages(draft) {
  const apt = await privateApt(join(draft, 'apt'));
  apt('update');
  // Resolved for a machine where nothing is installed, so that the outcome is the same on all.
  const wanted = apt('install', '--print-uris', '--yes', '--no-install-recommends', 'postgresql')
    .split('\n')
    .flatMap((line) => /^'\S+' (?<name>[^_]+)_\S+\.deb /.exec(line)?.groups?.name ?? [])
    .filter(isNeeded);
  apt('download', ...wanted);
  for (const file of readdirSync(join(draft, 'apt')).filter((name) => name.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['--extract', join(draft, 'apt', file), draft]);
  }
  const bitcode = versionsIn(join(draft, 'usr/lib/postgresql')).map((bin) => join(bin, '../lib/bitcode'));
  const surplus = ['apt', 'etc', 'var', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];
  for (const folder of [...bitcode, ...surplus.map((path) => join(draft, path))]) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An `apt-get` that keeps all it writes in `folder` and believes that no package is installed. */
async function privateApt(folder) {
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  const settings = [
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=',
    'Acquire::Retries=3',
    'Debug::NoLocking=1',
  ];
  const options = ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
  return (...command) => {
    try {
      return execFileSync('apt-get', [...options, ...command], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (cause) {
      const why = cause.code === 'ENOENT' ? 'this machine has no apt' : `\`apt-get ${command[0]}\` failed`;
      const detail = cause.stderr ? `\n${cause.stderr.trim()}` : '';
      throw new SetupError(`No PostgreSQL found, and ${why}: ${cure}${detail}`, { cause });
    }
  };
}

/**
 * The server and the libraries it links. Not the C library, which must be the one of the machine's loader;
 * not LLVM, which only makes long queries faster; not the tools in Perl that manage an installed server.
 */
function isNeeded(name) {
  const unwanted = /^lib(c6|c-|gcc|llvm|z3|perl|.*-perl$|db\d|gdbm|pam-modules|semanage|sepol)/;
  return /^(postgresql-\d+|zlib1g)$/.test(name) || (/^lib/.test(name) && !unwanted.test(name));
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
