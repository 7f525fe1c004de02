import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadBuiltApp } from '../config.js';
import { exitCodes, type Output } from '../output.js';
import { projectName, rootOption } from '../project.js';
import { Shutdown } from '../shutdown.js';

interface StartOptions {
  readonly root: string;
  /** Empty where the environment's PORT is: the same as not set. */
  readonly port?: number | '';
  readonly host?: string;
}

export function addStartCommand(program: Command, output: Output): void {
  program
    .command('start')
    .summary('run the built app')
    .description(
      'Runs the app that "rocket build" made, until it gets a signal. SIGTERM: lets nobody in, sends clients to other nodes, lets calls under way end, then closes. SIGINT (Ctrl-C): closes without sending clients away first. A second signal ends it at once.',
    )
    .addOption(rootOption())
    .addOption(
      new Option('--port <number>', 'the port to listen on; 0 takes a free one')
        .env('PORT')
        .argParser(portNumber),
    )
    .addOption(new Option('--host <name>', 'the address to listen on').env('HOST'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ rocket start\n  $ PORT=8080 rocket start\n  $ rocket start --host localhost --port 0',
    )
    .action(async (options: StartOptions) => {
      try {
        await start(options, output);
      } catch (error) {
        output.failure(error);
        // Explicit: what an initializer opened before another failed may keep the process alive.
        process.exit(exitCodes.problems);
      }
    });
}

async function start({ root, port, host }: StartOptions, output: Output): Promise<void> {
  process.setSourceMapsEnabled(true);
  // As if started there: an app may well name its files from the current folder.
  process.chdir(root);
  const { options, createApp } = await loadBuiltApp(root);
  const app = createApp({ ...options, ...(typeof port === 'number' && { port }), ...(host && { host }) });
  // What an action left behind, a promise nobody awaits or a timer, must not take everybody's connections down.
  process.on('unhandledRejection', (error) => output.failure(error));
  process.on('uncaughtException', (error) => output.failure(error));
  const shutdown = new Shutdown(app, output);
  let url: string;
  try {
    url = await app.listen();
  } catch (error) {
    // Closing an app that is still starting makes the start fail: that is no news.
    if (shutdown.isAsked) return;
    throw error;
  }
  output.line(`${projectName(root)} listening on ${url}`);
}

function portNumber(text: string): number | '' {
  if (text === '') return '';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Give a whole number from 0 to 65535.');
  return port;
}
