import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseRooms } from './support/architecture/rooms.js';
import { circles, forbiddenImports, houseRules } from './support/architecture/rules.js';
import { readSource } from './support/architecture/source-file.js';
import { repository } from './support/repository.js';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const rooms = parseRooms(read('docs/ARCHITECTURE.md'));
const aliases = readAliases();
const files = ['src', 'decorators', 'runtime', 'cli'].flatMap((top) =>
  readdirSync(join(repository, top), { recursive: true, encoding: 'utf8' })
    .map((path) => `${top}/${path}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => readSource(path, read(path))),
);

describe('the sources', () => {
  test('are found, with their imports', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
    expect(aliases['#websocket']).toEqual([
      'runtime/client/websocket-node.ts',
      'runtime/client/websocket.ts',
    ]);
  });

  test('import only what the table in docs/ARCHITECTURE.md allows', () => {
    expect(forbiddenImports(files, rooms, aliases)).toEqual([]);
  });

  test('have no circle of imports', () => {
    expect(circles(files, aliases)).toEqual([]);
  });

  test('keep the rules of the house', () => {
    expect(files.flatMap(houseRules)).toEqual([]);
  });
});

test('every room of the table exists, and so does every room that one may import', () => {
  const names = rooms.map(({ name }) => name);
  expect(names.filter((name) => !existsSync(join(repository, name)))).toEqual([]);
  expect(rooms.flatMap(({ mayImport }) => mayImport).filter((name) => !names.includes(name))).toEqual([]);
});

/** The `imports` of package.json name built files; this finds their sources. */
function readAliases(): Record<string, string[]> {
  const { imports } = JSON.parse(read('package.json')) as { imports: Record<string, Record<string, string>> };
  return Object.fromEntries(
    Object.entries(imports).map(([alias, platforms]) => [
      alias,
      Object.values(platforms)
        .filter((file) => file.endsWith('.js'))
        .map((file) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')),
    ]),
  );
}
