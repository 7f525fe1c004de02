import { describe, expect, test } from '@jest/globals';
import { Marks, mappedFiles } from '../../../src/compiler/3-emit/declaration-map.js';
import { Project } from './project.js';

interface SourceMap {
  readonly version: number;
  readonly file: string;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** A place in the generated text, and where it leads. All numbers from 0. */
interface Segment {
  readonly line: number;
  readonly column: number;
  /** Undefined: it leads nowhere. */
  readonly source: { readonly file: number; readonly line: number; readonly column: number } | undefined;
}

function segmentsOf({ mappings }: SourceMap): Segment[] {
  const state = [0, 0, 0, 0];
  return mappings.split(';').flatMap((text, line) => {
    state[0] = 0;
    return text.split(',').flatMap((part): Segment[] => {
      const numbers = numbersOf(part);
      if (numbers.length === 0) return [];
      for (const [index, number] of numbers.entries()) state[index] = (state[index] ?? 0) + number;
      const [column = 0, file = 0, sourceLine = 0, sourceColumn = 0] = state;
      const source = numbers.length > 1 ? { file, line: sourceLine, column: sourceColumn } : undefined;
      return [{ line, column, source }];
    });
  });
}

function numbersOf(text: string): number[] {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

const wordAt = (text: string, line: number, column: number): string =>
  /^'?([\w$.]*)/.exec((text.split('\n')[line] ?? '').slice(column))?.[1] ?? '';

const app = {
  'app/controllers/admin/user.controller.ts': `import { Action, Controller } from 'rocket-io';
import type { User } from '../../models/user.js';

export interface UserClient {
  show(args: { user: User; others: { 'full name': string }[] }): void;
}

@Controller<UserClient>()
export class UserController {
  @Action() list({ page }: { page: number; order?: { by: 'name' } }): { users: User[] } {
    return { users: [{ name: String(page), role: 'admin', since: new Date() }] };
  }
}
`,
  'app/models/user.ts': `export type Role = 'admin' | 'guest';

export interface User {
  name: string;
  role: Role;
  /** Long ago. */
  since: Date;
}
`,
};

describe('client.d.ts.map', () => {
  using project = new Project(app);
  const { files } = project.compileFine();
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const types = textOf('.rocket/client.d.ts');
  const map = JSON.parse(textOf('.rocket/client.d.ts.map')) as SourceMap;
  const segments = segmentsOf(map);
  const leading = segments.flatMap(({ line, column, source }) => {
    if (source === undefined) return [];
    const text = app[(map.sources[source.file] ?? '').slice('../'.length) as keyof typeof app];
    return [[wordAt(types, line, column), wordAt(text, source.line, source.column)] as const];
  });

  test('belongs to its file, and names sources relative to it', () => {
    expect(types.endsWith('\n//# sourceMappingURL=client.d.ts.map\n')).toBe(true);
    expect(map).toMatchObject({
      version: 3,
      file: 'client.d.ts',
      sources: ['../app/controllers/admin/user.controller.ts', '../app/models/user.ts'],
    });
    expect(types).not.toContain('\0');
  });

  test('leads from each name to where the app declares it', () => {
    const pairs = new Set(leading.map(([from, to]) => `${from} → ${to}`));
    for (const name of [
      'User',
      'name',
      'role',
      'since',
      'Role',
      'list',
      'page',
      'order',
      'by',
      'users',
      'user',
      'others',
      'full',
    ])
      expect([...pairs]).toContain(`${name} → ${name}`);
    expect([...pairs]).toEqual(
      expect.arrayContaining([
        'User.list → list',
        'User.show → show',
        'UserActions → UserController',
        'User → UserController',
        'UserClientController → UserClient',
      ]),
    );
  });

  test('leads nowhere from what Rocket declares', () => {
    const unknown = leading.filter(([from]) =>
      /^(?:Args|Params|Result|RocketClient|connect|start|Declar)/.test(from),
    );
    expect(unknown).toEqual([]);
    // Before and after each name: a reader may take the segment before a place, or the one after it.
    for (const [index, { source, line, column }] of segments.entries()) {
      if (source === undefined) continue;
      const after = segments[index + 1];
      expect([after?.source, after?.line]).toEqual([undefined, line]);
      const before = segments[index - 1];
      if (column > 0 && before?.line === line) expect(before.source).toBeUndefined();
    }
  });
});

test('a mark counts neither in the text nor in a column, and of quotes the first is led', () => {
  const marks = new Marks();
  const place = (file: string, line: number, column: number) => ({ file, line, column });
  const text = `a ${marks.before(place('app/z.ts', 1000, 1))}b, ${marks.before(place('app/a.ts', 1, 300))}'c'\n${marks.before(undefined)}d\n`;
  const [types, map] = mappedFiles('.rocket/x.d.ts', text, marks);
  expect(types.text).toBe("a b, 'c'\nd\n//# sourceMappingURL=x.d.ts.map\n");
  expect(segmentsOf(JSON.parse(map.text) as SourceMap)).toEqual([
    { line: 0, column: 1, source: undefined },
    { line: 0, column: 2, source: { file: 1, line: 999, column: 0 } },
    { line: 0, column: 3, source: undefined },
    { line: 0, column: 4, source: undefined },
    { line: 0, column: 5, source: { file: 0, line: 0, column: 299 } },
    { line: 0, column: 6, source: undefined },
  ]);
});
