import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Class, controllerMetadata } from '../../decorators/index.js';
import type { ServerManifest } from '../../src/contract/manifest.js';
import type { Problem } from '../../src/problems.js';
import { staleness } from './staleness.js';

/** What an app's folders hold, loaded. */
export interface AppFiles {
  /** Controller class → its file, from the project folder. */
  readonly controllers: ReadonlyMap<Class, string>;
  /** Undefined when the app has not been compiled; there is a problem then. */
  readonly manifest: ServerManifest | undefined;
  readonly problems: readonly Problem[];
}

/** An initializer file's default export: runs before the first connection, in the order of file names. */
export type Initializer<App> = (app: App) => void | Promise<void>;

/** Loads `app/controllers/**` and the generated manifest. Collects what is wrong and goes on. */
export async function loadAppFiles(root: string): Promise<AppFiles> {
  const problems: Problem[] = [];
  const controllers = new Map<Class, string>();
  for (const file of await moduleFiles(join(root, 'app', 'controllers'), /\.controller\.[jt]s$/)) {
    const place = placeOf(root, file);
    const module = await load(file, root, problems);
    for (const exported of Object.values(module ?? {})) {
      if (isController(exported)) controllers.set(exported, place);
    }
  }
  const manifest = await loadManifest(root, problems);
  return { controllers, manifest, problems };
}

/** Runs `config/initializers/*` one after another. An error of one says which. */
export async function runInitializers<App>(root: string, app: App): Promise<void> {
  for (const file of await moduleFiles(join(root, 'config', 'initializers'), /\.[jt]s$/)) {
    const place = placeOf(root, file);
    const { default: initialize } = (await importFile(file)) as { default?: unknown };
    if (typeof initialize !== 'function') {
      throw new TypeError(
        `${place} has no default export: write "export default async (app: RocketApp) => { … }"`,
      );
    }
    try {
      await (initialize as Initializer<App>)(app);
    } catch (error) {
      throw new Error(
        `The initializer ${place} failed: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
}

async function loadManifest(root: string, problems: Problem[]): Promise<ServerManifest | undefined> {
  const file = join(root, '.rocket', 'server.js');
  if (!existsSync(file)) {
    problems.push({
      code: 'not_compiled',
      message: 'The generated file .rocket/server.js does not exist',
      cure: 'Run `npx rocket compile`, or `npx rocket build`, which compiles too',
    });
    return undefined;
  }
  const stale = staleness(root);
  if (stale !== undefined) problems.push(stale);
  return (await load(file, root, problems)) as ServerManifest | undefined;
}

async function load(file: string, root: string, problems: Problem[]): Promise<object | undefined> {
  try {
    return await importFile(file);
  } catch (error) {
    const place = placeOf(root, file);
    problems.push({
      code: 'broken_module',
      message: `${place} cannot be loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      place: throwingPlace(error, root) ?? place,
      cure: 'Mend what the error names; it was thrown while the file was being imported',
    });
    return undefined;
  }
}

/** The innermost line of the app's own code on an error's stack, as `file:line:column`. */
function throwingPlace(error: unknown, root: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const line of stack.split('\n')) {
    const [, path, position] = /((?:file:\/\/)?\/[^()]*?):(\d+:\d+)/.exec(line) ?? [];
    if (path === undefined) continue;
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    const place = placeOf(root, file);
    if (!place.startsWith('..') && !place.includes('node_modules/')) return `${place}:${position}`;
  }
  return undefined;
}

function isController(exported: unknown): exported is Class {
  return typeof exported === 'function' && controllerMetadata(exported as Class) !== undefined;
}

function importFile(file: string): Promise<object> {
  return import(pathToFileURL(file).href) as Promise<object>;
}

/** Files of a folder and all below it, sorted by path; none where the folder does not exist. */
async function moduleFiles(folder: string, pattern: RegExp): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The file as its author knows it: what was built from TypeScript has a source map beside it. */
function placeOf(root: string, file: string): string {
  const place = relative(root, file).split(sep).join('/');
  return existsSync(`${file}.map`) ? place.replace(/\.js$/, '.ts') : place;
}
