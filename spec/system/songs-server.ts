import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Shutdown } from '../../cli/shutdown.js';
import { type AppOptions, createApp, fileEngine } from '../../runtime/server/index.js';

/**
 * The compiled fixture app `songs` in a process of its own, with an engine in a folder. Its arguments: the app's folder,
 * the engine's, and options as JSON.
 */
const [root = '', folder = '', options = '{}'] = process.argv.slice(2);
const { songs } = (await import(pathToFileURL(join(root, 'rocket.config.ts')).href)) as { songs: AppOptions };
const app = createApp({
  ...songs,
  ...(JSON.parse(options) as Partial<AppOptions>),
  engine: fileEngine(folder),
  logLevel: 'silent',
});
new Shutdown(app, { line: console.log, failure: console.error } as never);
console.log(`songs listening on ${await app.listen()}`);
