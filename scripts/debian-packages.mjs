import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * A server as Debian packages it, unpacked under `node_modules/.cache` with the libraries it links. It is
 * downloaded by apt with lists and cache in a folder of ours: no root is needed and the system stays as it is.
 *
 * @param {object} wanted
 * @param {string} wanted.name what the folder in the cache is called
 * @param {string} wanted.title what errors call it
 * @param {string} wanted.root the package that stands for all of it
 * @param {RegExp} wanted.programs the packages that hold its programs
 * @param {(folder: string) => string[]} [wanted.surplus] the folders among the unpacked that nobody needs
 * @param {string} wanted.cure how else it can be had, for errors
 * @returns {Promise<{ folder: string, environment: Record<string, string> }>} where `usr` was unpacked to, and
 * what its programs must find in their environment
 */
export async function unpackFromDebian({ name, title, root, programs, surplus = () => [], cure }) {
  const folder = await cachedFolder(name, async (draft) => {
    const apt = await privateApt(join(draft, 'apt'), { title, cure });
    apt('update');
    // Resolved for a machine where nothing is installed, so that the outcome is the same on all.
    const packages = apt('install', '--print-uris', '--yes', '--no-install-recommends', root)
      .split('\n')
      .flatMap((line) => /^'\S+' (?<name>[^_]+)_\S+\.deb /.exec(line)?.groups?.name ?? [])
      .filter((found) => programs.test(found) || isLibrary(found));
    apt('download', ...packages);
    for (const file of readdirSync(join(draft, 'apt')).filter((found) => found.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['--extract', join(draft, 'apt', file), draft]);
    }
    const never = ['apt', 'etc', 'var', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];
    for (const unneeded of [...never.map((path) => join(draft, path)), ...surplus(draft)]) {
      await rm(unneeded, { recursive: true, force: true });
    }
  });
  return { folder, environment: { LD_LIBRARY_PATH: libraryPath(folder) } };
}

/** An `apt-get` that keeps all it writes in `folder` and believes that no package is installed. */
async function privateApt(folder, { title, cure }) {
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
      throw new SetupError(`No ${title} found, and ${why}: ${cure}${detail}`, { cause });
    }
  };
}

/**
 * Whether a server may link it. Not the C library, which must be the one of the machine's loader; not LLVM,
 * which only makes long queries faster; not what the tools in Perl link that manage an installed server.
 */
function isLibrary(name) {
  const unwanted = /^lib(c6|c-|gcc|llvm|z3|perl|.*-perl$|db\d|gdbm|pam-modules|semanage|sepol)/;
  return name === 'zlib1g' || (/^lib/.test(name) && !unwanted.test(name));
}

function libraryPath(folder) {
  const libraries = ['lib', 'usr/lib']
    .map((path) => join(folder, path))
    .filter(existsSync)
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join(path, name)),
    );
  return [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
}
