import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../support/repository.js';

/** The command `rocket`, run as people run it: a process in a project folder. It needs the package to be built. */
export class Rocket {
  out = '';
  err = '';
  /** The exit code, or the signal that ended the process. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
  private readonly child: ChildProcess;
  private wake = () => {};

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const { PORT, HOST, ...rest } = process.env;
    this.child = spawn(process.execPath, [join(repository, 'cli/rocket.js'), ...args], {
      cwd,
      env: { ...rest, NO_COLOR: '1', ...env },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
      this.wake();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
      this.wake();
    });
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve(code ?? signal);
        this.wake();
      });
    });
  }

  /** Settles when the standard output has the text; rejects when the process ends without. */
  async says(text: string): Promise<void> {
    while (!this.out.includes(text)) {
      if (this.child.exitCode !== null)
        throw new Error(`It ended without saying "${text}":\n${this.out}${this.err}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** Runs a command to its end. */
export async function run(args: readonly string[], cwd: string, env?: Readonly<Record<string, string>>) {
  const rocket = new Rocket(args, cwd, env);
  const code = await rocket.exit;
  return { code, out: rocket.out, err: rocket.err };
}

/** An app with one controller and one client action. */
export const radio = {
  'package.json': '{ "name": "radio", "type": "module", "imports": { "#rocket/*": "./.rocket/*.js" } }',
  'rocket.config.ts':
    "import { defineConfig } from 'rocket-io';\nexport default defineConfig({ root: import.meta.url });\n",
  'app/controllers/song.controller.ts': `import { Action, Controller, CurrentUser } from 'rocket-io';
export interface SongClient {
  playing(args: { title: string }): void;
}
@Controller<SongClient>()
export class SongController {
  constructor(private readonly currentUser: CurrentUser) {}
  @Action()
  async play({ title }: { title: string }): Promise<string> {
    await this.currentUser.transmit({ 'Song.playing': { title } });
    return title;
  }
}
`,
  'app/client/main.ts': `import { SongClientController, start } from '#rocket/client';
class SongController extends SongClientController {
  playing({ title }: { title: string }): void {
    console.log(title);
  }
}
start({ controllers: { Song: SongController } });
`,
  'public/index.html':
    '<!doctype html><title>Radio</title><script type="module" src="/assets/app.js"></script>',
};
