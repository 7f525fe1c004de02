import { posix } from 'node:path';
import { type Room, roomOf } from './rooms.js';
import type { Import, SourceFile } from './source-file.js';

/** What stands behind names such as `#websocket`: the files of the sources, one for each platform. */
export type Aliases = Readonly<Record<string, readonly string[]>>;

/** Every import that the table of rooms does not allow, as a sentence with its place. */
export function forbiddenImports(
  files: readonly SourceFile[],
  rooms: readonly Room[],
  aliases: Aliases = {},
): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path, rooms);
    if (room === undefined) return [`${file.path} is in no room: give its folder a row`];
    return file.imports.flatMap((imported) => {
      const targets = targetsOf(file, imported, aliases);
      const reasons =
        targets === undefined
          ? [packageFault(room, imported)]
          : targets.map((target) => roomFault(room, target, rooms));
      return reasons
        .filter((reason) => reason !== undefined)
        .map((reason) => `${file.path}:${imported.line} imports "${imported.specifier}": ${reason}`);
    });
  });
}

function roomFault(room: Room, target: string, rooms: readonly Room[]): string | undefined {
  const other = roomOf(target, rooms);
  if (other === undefined) return `${target} is in no room`;
  if (other === room || room.mayImport.includes(other.name)) return undefined;
  const allowed = room.mayImport.length === 0 ? 'nothing' : `only ${room.mayImport.join(', ')}`;
  return `${target} is in ${other.name}, and ${room.name} may import ${allowed}`;
}

function packageFault(room: Room, { specifier, isType }: Import): string | undefined {
  const name = packageOf(specifier);
  const row = room.packages.find((allowed) => allowed.name === name || allowed.name === specifier);
  if (row === undefined) return `${room.name} may not use the package ${name}`;
  if (row.onlyTypes && !isType) return `${room.name} may use only types of ${name}`;
  return undefined;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:*';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The files of ours that an import names; `undefined` when it names a package. */
function targetsOf(file: SourceFile, { specifier }: Import, aliases: Aliases): readonly string[] | undefined {
  if (specifier.startsWith('#')) return aliases[specifier] ?? [`${specifier} (not in package.json)`];
  if (!specifier.startsWith('.')) return undefined;
  return [posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts')];
}

/**
 * Circles of imports, those of types included, each as the way around it. Files that a way has named get no
 * way of their own, so that a knot of many files is told in few lines.
 */
export function circles(files: readonly SourceFile[], aliases: Aliases = {}): string[] {
  const next = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap((imported) => targetsOf(file, imported, aliases) ?? []),
    ]),
  );
  const found: string[] = [];
  const told = new Set<string>();
  for (const { path } of files) {
    if (told.has(path)) continue;
    const way = wayAround(path, next);
    if (way === undefined) continue;
    for (const member of way) told.add(member);
    found.push(`Circle of imports: ${[...way, path].join(' → ')}`);
  }
  return found;
}

/** The shortest way from a file back to itself, found breadth first. */
function wayAround(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const target of next.get(path) ?? []) {
      if (target === start) return trace(path, start, cameFrom);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, path);
      queue.push(target);
    }
  }
  return undefined;
}

function trace(last: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [last];
  for (let path = last; path !== start; ) {
    path = cameFrom.get(path) ?? start;
    way.unshift(path);
  }
  return way;
}

const longest = 400;

/** The rules of the house that a single file can break. */
export function houseRules(file: SourceFile): string[] {
  const { path } = file;
  const each = (lines: readonly number[], reason: string) => lines.map((line) => `${path}:${line} ${reason}`);
  const readsEnvironment = path.startsWith('cli/') || path === 'runtime/server/options.ts';
  return [
    ...(file.lines > longest
      ? [`${path} has ${file.lines} lines: split it, ${longest} are the most a reader can hold`]
      : []),
    ...each(
      file.defaultExports,
      'exports a default: export a name, which is the same wherever it is imported',
    ),
    ...(path === 'decorators/metadata.ts'
      ? []
      : each(
          file.reflectCalls,
          'calls Reflect: only decorators/metadata.ts may, so that metadata has one owner',
        )),
    ...(readsEnvironment
      ? []
      : each(
          file.environmentReads,
          'reads process.env: only cli and runtime/server/options.ts may, everything else gets options',
        )),
  ];
}
