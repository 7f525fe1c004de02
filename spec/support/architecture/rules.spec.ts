import { describe, expect, test } from '@jest/globals';
import { parseRooms, roomOf } from './rooms.js';
import { circles, forbiddenImports, houseRules } from './rules.js';
import { readSource } from './source-file.js';

const table = `
Text above.

| room             | may import                | outside packages                       |
| ---------------- | ------------------------- | -------------------------------------- |
| \`floor\`          | nothing                   | none                                   |
| \`floor/lamp.ts\`  | \`floor\`                   | \`bulb\`                                 |
| \`attic\`          | \`floor\`, \`floor/lamp.ts\`  | types of \`@tools/saw\`, \`node:*\`        |

| another | table | below |
`;
const rooms = parseRooms(table);
const forbidden = (path: string, text: string) => forbiddenImports([readSource(path, text)], rooms, aliases);
const aliases = { '#light': ['floor/lamp.ts', 'floor/candle.ts'] };

describe('the table of rooms', () => {
  test('is read to its end, whatever stands around it', () => {
    expect(rooms).toEqual([
      { name: 'floor', mayImport: [], packages: [] },
      { name: 'floor/lamp.ts', mayImport: ['floor'], packages: [{ name: 'bulb', onlyTypes: false }] },
      {
        name: 'attic',
        mayImport: ['floor', 'floor/lamp.ts'],
        packages: [
          { name: '@tools/saw', onlyTypes: true },
          { name: 'node:*', onlyTypes: false },
        ],
      },
    ]);
  });

  test('must be there and must hold rooms', () => {
    expect(() => parseRooms('# Nothing')).toThrow('No table of rooms');
    expect(() => parseRooms(table.replace('`bulb`', 'a bulb'))).toThrow('Not a room or a package, "a bulb"');
    expect(() => parseRooms(table.replace('nothing', ''))).toThrow('Not a row of rooms: | `floor`');
  });

  test('puts a file into the nearest room', () => {
    expect(roomOf('floor/lamp.ts', rooms)?.name).toBe('floor/lamp.ts');
    expect(roomOf('floor/carpet/red.ts', rooms)?.name).toBe('floor');
    expect(roomOf('floors/red.ts', rooms)).toBeUndefined();
  });
});

describe('an import', () => {
  test('within the room or along an arrow is allowed', () => {
    const text =
      "import './beam.js'; import { wood } from '../floor/wood.js'; import fs from 'node:fs/promises';";
    expect(forbidden('attic/roof.ts', text)).toEqual([]);
  });

  test('against the arrows is told with its place and the reason, in each way to write it', () => {
    const reason = 'attic/roof.ts is in attic, and floor may import nothing';
    for (const text of [
      "import '../attic/roof.js';",
      "import type { Roof } from '../attic/roof.js';",
      "export * from '../attic/roof.js';",
      "export type { Roof } from '../attic/roof.js';",
      "const roof = await import('../attic/roof.js');",
      "type Roof = import('../attic/roof.js').Roof;",
    ]) {
      expect(forbidden('floor/wood.ts', `\n${text}`)).toEqual([
        `floor/wood.ts:2 imports "../attic/roof.js": ${reason}`,
      ]);
    }
  });

  test('that only stands in a comment or in a text is none', () => {
    const text = '// import "../attic/roof.js"\nconst code = `import "../attic/roof.js";`;';
    expect(forbidden('floor/wood.ts', text)).toEqual([]);
  });

  test('of a package in the wrong room is told', () => {
    expect(forbidden('floor/wood.ts', "import 'bulb/large';")).toEqual([
      'floor/wood.ts:1 imports "bulb/large": floor may not use the package bulb',
    ]);
    expect(forbidden('floor/lamp.ts', "import 'bulb/large'; import 'node:fs';")).toEqual([
      'floor/lamp.ts:1 imports "node:fs": floor/lamp.ts may not use the package node:*',
    ]);
  });

  test('of a package whose types alone are allowed must be a type import', () => {
    expect(forbidden('attic/roof.ts', "import type { Saw } from '@tools/saw';")).toEqual([]);
    expect(forbidden('attic/roof.ts', "import { Saw } from '@tools/saw';")).toEqual([
      'attic/roof.ts:1 imports "@tools/saw": attic may use only types of @tools/saw',
    ]);
  });

  test('by an alias counts for every file behind it', () => {
    expect(forbidden('attic/roof.ts', "import '#light';")).toEqual([]);
    expect(forbidden('floor/wood.ts', "import '#light';")).toEqual([
      'floor/wood.ts:1 imports "#light": floor/lamp.ts is in floor/lamp.ts, and floor may import nothing',
    ]);
    expect(forbidden('floor/wood.ts', "import '#dark';")).toEqual([
      'floor/wood.ts:1 imports "#dark": #dark (not in package.json) is in no room',
    ]);
  });

  test('from a file in no room, or of one, is told', () => {
    expect(forbidden('shed/door.ts', '')).toEqual(['shed/door.ts is in no room: give its folder a row']);
    expect(forbidden('attic/roof.ts', "import '../shed/door.js';")).toEqual([
      'attic/roof.ts:1 imports "../shed/door.js": shed/door.ts is in no room',
    ]);
  });
});

describe('a circle', () => {
  const house = (texts: Record<string, string>) =>
    Object.entries(texts).map(([path, text]) => readSource(path, text));

  test('is told as the shortest way around it', () => {
    const files = house({
      'a.ts': "import './b.js'; import './c.js';",
      'b.ts': "import './c.js';",
      'c.ts': "import type { A } from './a.js';",
      'd.ts': "import './a.js';",
    });
    expect(circles(files)).toContain('Circle of imports: a.ts → c.ts → a.ts');
    expect(circles(files).join()).not.toContain('d.ts');
  });

  test('is found behind an alias and in a file that imports itself', () => {
    const files = house({
      'floor/candle.ts': "import './match.js';",
      'floor/match.ts': "import '#light';",
      'floor/self.ts': "export * from './self.js';",
    });
    expect(circles(files, aliases)).toEqual([
      'Circle of imports: floor/candle.ts → floor/match.ts → floor/candle.ts',
      'Circle of imports: floor/self.ts → floor/self.ts',
    ]);
  });

  test('is not where two ways lead to one file', () => {
    const files = house({
      'a.ts': "import './b.js'; import './c.js';",
      'b.ts': "import './c.js';",
      'c.ts': '',
    });
    expect(circles(files)).toEqual([]);
  });
});

describe('the rules of the house', () => {
  const faults = (path: string, text: string) => houseRules(readSource(path, text));

  test('a file has no more than 400 lines', () => {
    expect(faults('src/long.ts', 'void 0;\n'.repeat(400))).toEqual([]);
    expect(faults('src/long.ts', 'void 0;\n'.repeat(401))[0]).toMatch('src/long.ts has 401 lines: split it');
  });

  test('nothing is exported by default', () => {
    for (const text of ['export default 1;', 'export default class {}', 'export { a as default };']) {
      expect(faults('src/a.ts', `const a = 1;\n${text}`)).toEqual([
        expect.stringMatching(/^src\/a.ts:2 exports a default/),
      ]);
    }
    expect(faults('src/a.ts', "// export default\nimport { default as a } from 'a'; export { a };")).toEqual(
      [],
    );
  });

  test('metadata has one owner', () => {
    const text = "Reflect.defineMetadata('a', 1, Object);";
    expect(faults('decorators/metadata.ts', text)).toEqual([]);
    expect(faults('decorators/action.ts', text)).toEqual([
      expect.stringMatching(/^decorators\/action.ts:1 calls Reflect/),
    ]);
  });

  test('the environment is read where options are made', () => {
    const text = 'const { PORT } = process.env;';
    expect(faults('cli/config.ts', text)).toEqual([]);
    expect(faults('runtime/server/options.ts', text)).toEqual([]);
    expect(faults('runtime/server/app.ts', text)).toEqual([
      expect.stringMatching(/^runtime\/server\/app.ts:1 reads process.env/),
    ]);
    expect(faults('runtime/server/app.ts', "const text = 'process.env.PORT';")).toEqual([]);
  });
});
