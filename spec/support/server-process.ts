import { join } from 'node:path';
import { type Child, startChild } from './child.js';
import { repository } from './repository.js';

/** A built app that runs in a process of its own, as its users run it. */
export interface ServerProcess {
  /** Such as `http://127.0.0.1:43211`; the same after a restart. */
  readonly url: string;
  /** What it has printed since it was last started. */
  output(): string;
  /** Asks it to end and resolves when it is gone. It may have been stopped already. */
  stop(): Promise<void>;
  /** Ends it as a crash does: without any chance to say goodbye. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same port. */
  restart(): Promise<void>;
}

export interface ServerOptions {
  /** The folder of the app. */
  readonly cwd: string;
  /** The program and its arguments. It takes `PORT` and `HOST` and prints "listening on" and its address. @default `rocket start` */
  readonly command?: readonly [string, ...string[]];
  /** Added to the environment of the specs. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts the app on a free port and resolves when it listens.
 *
 * @throws with all it has printed when it ends instead
 */
export async function startServer({
  cwd,
  command = rocketStart,
  env = {},
}: ServerOptions): Promise<ServerProcess> {
  const [program, ...args] = command;
  let child: Child;
  const start = async (port: string) => {
    child = startChild(program, args, {
      cwd,
      env: { ...process.env, HOST: '127.0.0.1', ...env, PORT: port },
    });
    try {
      const [, url = ''] = await child.printed(/listening on (http:\S+)/, 20_000);
      return url.replace(/\/$/, '');
    } catch (error) {
      await child.end('SIGKILL');
      throw error;
    }
  };
  const stop = () => child.end('SIGTERM');

  const url = await start('0');
  return {
    url,
    output: () => child.output(),
    stop,
    kill: () => child.end('SIGKILL'),
    async restart() {
      await stop();
      await start(new URL(url).port);
    },
  };
}

const rocketStart = [process.execPath, join(repository, 'cli/rocket.js'), 'start'] as const;
