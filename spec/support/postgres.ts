import { execFile } from 'node:child_process';
import { chown, cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from './child.js';
import { freePort } from './free-port.js';
import { type Installed, runSetup } from './run-setup.js';

/** A PostgreSQL server of its own, with one empty database. */
export interface Postgres {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** Where its files lie while it runs. */
  readonly folder: string;
  /** Ends the server and removes all it has stored. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, with its files in a temporary folder.
 * `scripts/setup-postgres.mjs` says where the programs come from.
 */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'rocket-postgres-'));
  try {
    const user = await unprivilegedUser(folder);
    const { executable, environment } = await reachable(await runSetup('postgres'), folder, user);
    const options = { cwd: folder, env: { ...process.env, ...environment }, ...user };
    const data = join(folder, 'data');
    await promisify(execFile)(
      join(dirname(executable), 'initdb'),
      ['-D', data, '--username=postgres', '--no-locale', '--encoding=UTF8', '--auth=trust', '--no-sync'],
      options,
    );
    const port = await freePort();
    const server = startChild(executable, ['-D', data, ...settings(port)], options);
    await server.printed(/ready to accept connections/, 20_000);
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      folder,
      async stop() {
        // The signal that ends open connections instead of waiting for them.
        await server.end('SIGINT');
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function settings(port: number): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    // No socket in the file system: its path could be too long, and /var/run belongs to the system.
    unix_socket_directories: '',
    // What a crash would lose matters to nobody here, and compiling queries needs LLVM.
    fsync: 'off',
    full_page_writes: 'off',
    jit: 'off',
    max_connections: 20,
    shared_buffers: '16MB',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; then it runs as Debian's `nobody`, to whom the folder is given. */
async function unprivilegedUser(folder: string): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = { uid: 65_534, gid: 65_534 };
  await chown(folder, nobody.uid, nobody.gid);
  return nobody;
}

/** Another user may not look into root's home; a server that lies there is copied to the temporary folder. */
async function reachable(installed: Installed, folder: string, user: User | undefined): Promise<Installed> {
  const { executable, environment } = installed;
  if (user === undefined || (await isOpenToAll(executable))) return installed;
  const top = executable.slice(0, executable.indexOf('/usr/lib/postgresql/'));
  const copy = join(folder, 'programs');
  await cp(top, copy, { recursive: true, verbatimSymlinks: true });
  return {
    executable: join(copy, relative(top, executable)),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, value.replaceAll(top, copy)]),
    ),
  };
}

async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  return path === dirname(path) || isOpenToAll(dirname(path));
}
