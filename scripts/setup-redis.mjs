/**
 * Finds or fetches the Redis of the specs and prints, as JSON, its `executable` and the `environment` it
 * needs. In this order: the program in the variable REDIS_SERVER, a `redis-server` on the PATH or in /usr/bin,
 * and else Debian's own package, which is unpacked and not installed. Sentinel is the same program.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { unpackFromDebian } from './debian-packages.mjs';
import { SetupError, say } from './setup-error.mjs';

/** The first with functions and with channels that belong to a node of a cluster. */
const oldest = 7;

const cure = `install Redis ${oldest} or newer with \`apt-get install -y redis-server\` or set REDIS_SERVER to the path of its program`;

await say(async () => fromEnvironment() ?? fromSystem() ?? (await fromPackage()));

function fromEnvironment() {
  const executable = process.env.REDIS_SERVER;
  if (executable === undefined || executable === '') return undefined;
  const version = versionOf(executable);
  if (version === undefined) {
    throw new SetupError(`REDIS_SERVER names what is no Redis server, "${executable}": ${cure}`);
  }
  if (version < oldest) throw new SetupError(`REDIS_SERVER names a Redis of version ${version}: ${cure}`);
  return { executable, environment: {} };
}

/** One that is too old is left alone: the package may be newer. */
function fromSystem() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const executable = folders
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => (versionOf(path) ?? 0) >= oldest);
  return executable && { executable, environment: {} };
}

async function fromPackage() {
  const { folder, environment } = await unpackFromDebian({
    name: 'redis',
    title: `Redis ${oldest} or newer`,
    root: 'redis-server',
    programs: /^redis-(server|tools)$/,
    cure,
  });
  const executable = join(folder, 'usr/bin/redis-server');
  if ((versionOf(executable, environment) ?? 0) < oldest) {
    throw new SetupError(`Debian's package holds no Redis ${oldest} that runs here: ${cure}`);
  }
  return { executable, environment };
}

/** The number before the first dot; undefined where there is no such program or it is another. */
function versionOf(executable, environment = {}) {
  const env = { ...process.env, ...environment };
  const { stdout } = spawnSync(executable, ['--version'], { encoding: 'utf8', env, timeout: 10_000 });
  const found = /\bserver v=(?<major>\d+)\./.exec(stdout ?? '');
  return found ? Number(found.groups.major) : undefined;
}
