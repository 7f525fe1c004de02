import { describe, expect, test } from '@jest/globals';
import { Project } from './project.js';

/** The names of the types of an app with these controllers, each in a file of its own. */
function typesOf(controllers: Readonly<Record<string, string>>): string[] {
  using project = new Project({
    'app/models/song.ts':
      'export interface Song { title: string; next?: Song }\nexport interface Song2 { b: string }\n',
  });
  for (const [name, { types, result }] of Object.entries(controllers).map(
    ([name, text]) => [name, splitted(text)] as const,
  )) {
    project.write(
      `app/controllers/${name.toLowerCase()}.controller.ts`,
      `import { Action, Controller } from 'rocket-io';\n${types}\n@Controller() export class ${name}Controller { @Action() get(): ${result} { throw new Error(); } }\n`,
    );
  }
  const { contract } = project.compileFine();
  return contract.controllers.map(({ name, actions }) => {
    const result = actions[0]?.result;
    const type = result?.kind === 'ref' ? result.name : (result?.kind ?? '');
    return `${name}: ${type}${type in contract.types ? '' : ' (no such type)'}`;
  });
}

/** `types => result` */
function splitted(text: string): { types: string; result: string } {
  const [types = '', result = ''] = text.split(' => ');
  return { types, result };
}

const shared = "import type { Song } from '../models/song.js'; => Song";

describe('the named types of several controllers', () => {
  test('are one where they are the same', () => {
    expect(typesOf({ A: shared, B: shared })).toEqual(['A: Song', 'B: Song']);
  });

  test('are one where they are equal', () => {
    const own = 'interface Item { id: number } => Item';
    expect(typesOf({ A: own, B: own })).toEqual(['A: Item', 'B: Item']);
  });

  test('are numbered where they have one name and are not equal', () => {
    const first = 'interface Item { id: number } => Item';
    const second = 'interface Item { id: string } => Item';
    const third = 'interface Item { id: boolean } => Item';
    expect(typesOf({ A: first, B: second, C: third, D: second })).toEqual([
      'A: Item',
      'B: Item2',
      'C: Item3',
      'D: Item2',
    ]);
  });

  test('keep a name that ends in a number', () => {
    const own = "import type { Song2 } from '../models/song.js'; => Song2";
    expect(typesOf({ A: shared, B: own })).toEqual(['A: Song', 'B: Song2']);
  });

  test('leave the names of the generated classes alone', () => {
    expect(typesOf({ A: 'interface BActions { id: number } => BActions', B: ' => string' })).toEqual([
      'A: BActions2',
      'B: string (no such type)',
    ]);
  });

  test('that contain each other are told apart by all that they contain', () => {
    const one = 'interface Tree { leaf: Leaf } interface Leaf { of?: Tree; x: number } => Tree';
    const other = 'interface Tree { leaf: Leaf } interface Leaf { of?: Tree; x: string } => Tree';
    expect(typesOf({ A: one, B: other, C: one })).toEqual(['A: Tree', 'B: Tree2', 'C: Tree']);
  });
});
