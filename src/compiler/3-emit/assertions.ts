import { posix } from 'node:path';
import type { Contract, ControllerContract } from '../../contract/contract.js';
import type { ObjectShape, Shape } from '../../contract/shape.js';
import { declarationOf } from '../2-model/declarations.js';
import { reaches } from './shape-facts.js';
import {
  fromControllers,
  header,
  importText,
  key,
  LocalNames,
  type OutputFile,
  outputFolder,
  quote,
  sections,
} from './source-text.js';
import { isTied } from './type-text.js';

/**
 * What `tsc` reads beside the app and nobody runs: it refuses generated files that are out of date, and ties
 * them to what they were generated from, so that editors go, find and rename across.
 */
export function assertions(contract: Contract): OutputFile {
  const written = new Assertions(contract);
  for (const controller of contract.controllers) {
    written.addController(controller);
    written.addClient(controller);
  }
  for (const [name, shape] of Object.entries(contract.types)) written.addType(name, shape);
  return { path: `${outputFolder}/assert.ts`, text: written.text() };
}

class Assertions {
  private readonly sources: SourceImports;
  private readonly helpers = new Set<string>();
  private readonly ties: string[] = [];
  private readonly checks: string[] = [];

  constructor(private readonly contract: Contract) {
    this.sources = new SourceImports(contract);
  }

  addController(controller: ControllerContract): void {
    const { name, actions, source } = controller;
    const { exported, members = [] } = declarationOf(controller);
    if (exported === undefined) return;
    const type = this.sources.take(source.file, exported, className(exported, `${name}Controller`));
    if (actions.length > 0) this.tie(`${name}Actions`, 'Named', type, union(namesOf(actions)));
    for (const { name: action, params } of actions)
      this.tieFields(`${name}.${action} params`, type, action, params);
    const checked = namesOf(actions.filter((action) => this.isComparable(action)));
    const others = members.filter((member) => !checked.includes(member));
    const parts = [type, quote(name), union(checked), 'client.ServerActions', quote(source.file)];
    this.check('ControllerFits', ...parts, ...rest(union(others)));
  }

  addClient(controller: ControllerContract): void {
    const { name, clientActions } = controller;
    const { exported, place } = declarationOf(controller).client ?? {};
    if (exported === undefined || place === undefined) return;
    const type = this.sources.take(place.file, exported, className(exported, `${name}Client`));
    this.tie(`${name}ClientController`, 'Named', type, union(namesOf(clientActions)));
    for (const { name: action, args } of clientActions)
      this.tieFields(`${name}.${action} args`, type, action, args);
    const [checked, others] = [true, false].map((wanted) =>
      namesOf(clientActions.filter((action) => this.isComparable(action) === wanted)),
    ) as [string[], string[]];
    const parts = [type, quote(name), union(checked), 'client.ClientActions', quote(place.file)];
    this.check('ClientFits', ...parts, ...rest(union(others)));
  }

  addType(name: string, shape: Shape): void {
    const { exported, place } = declarationOf(shape);
    if (exported === undefined || place === undefined) return;
    const type = this.sources.take(place.file, exported, `Declared${name}`);
    if (isTied(shape)) this.tie(name, 'Named', type, ...fieldNames(shape));
    if (this.isComparable({ shape }))
      this.check('TypeFits', type, `client.${name}`, quote(name), quote(place.file));
  }

  text(): string {
    const imports = [
      importText(this.helpers, 'rocket-io/internal', true),
      this.sources.text(),
      "import type * as client from './client.js';",
    ];
    return sections(
      header(fromControllers),
      '// Types alone: nothing here is run. An error below means that the generated files are out of date.',
      imports.filter((line) => line !== undefined && line !== '').join('\n'),
      `declare module './client.js' {\n  interface Declarations ${body(this.ties, '  ')}\n}`,
      `/** What the app declares, held against what was generated from it. */\nexport type Assertions = [\n${this.checks.join('')}];`,
    );
  }

  private tie(name: string, helper: 'Named' | 'NamedIn', ...parts: readonly string[]): void {
    this.helpers.add(helper);
    this.ties.push(`    ${key(name)}: ${helper}<${parts.join(', ')}>;\n`);
  }

  /** What is written in place is tied field by field; a named type is tied itself. */
  private tieFields(name: string, type: string, method: string, shape: Shape | undefined): void {
    if (shape?.kind !== 'object' || shape.rest || shape.properties.length === 0) return;
    this.tie(name, 'NamedIn', type, quote(method), ...fieldNames(shape));
  }

  private check(helper: string, ...parts: readonly string[]): void {
    this.helpers.add(helper).add('Expect');
    const line = `  Expect<${helper}<${parts.join(', ')}>>,\n`;
    const block = `  Expect<\n    ${helper}<\n${parts.map((part) => `      ${part}`).join(',\n')}\n    >\n  >,\n`;
    this.checks.push(line.length <= 110 ? line : block);
  }

  /** Whether other files see all that crosses, and nothing else. */
  private isComparable(part: object): boolean {
    if (declarationOf(part).isOpaque) return false;
    const shapes = Object.values(part).filter(isShape);
    return !shapes.some((shape) =>
      reaches(this.contract, shape, (one) => one.kind === 'file' || declarationOf(one).isOpaque === true),
    );
  }
}

/** The imports from the app, each type under a name that no other has here. */
class SourceImports {
  private readonly names = new LocalNames();
  private readonly imports = new Map<string, Map<string, string>>();

  /** What `client.d.ts` declares means that where it is added to. */
  constructor({ controllers, types }: Contract) {
    const declared = controllers.flatMap(({ name }) => [`${name}Actions`, `${name}ClientController`]);
    for (const name of [...helpers, ...Object.keys(types), ...declared]) this.names.take(name);
  }

  /** The name here of what a file exports. */
  take(file: string, exported: string, wanted: string): string {
    const names = this.imports.get(file) ?? new Map<string, string>();
    this.imports.set(file, names);
    const known = names.get(exported);
    if (known !== undefined) return known;
    const name = this.names.take(wanted);
    names.set(exported, name);
    return name;
  }

  text(): string {
    return [...this.imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, names]) => {
        const parts = [...names].map(([exported, name]) =>
          exported === name ? name : `${exported} as ${name}`,
        );
        const module = posix.relative(outputFolder, file).replace(/ts$/, 'js');
        // The compiler shows this line when the file or the name is gone.
        return `${importText(parts, module, true)} // Not there? Run: npx rocket compile`;
      })
      .join('\n');
  }
}

const helpers = [
  ...['ClientFits', 'ControllerFits', 'Expect', 'Named', 'NamedIn', 'TypeFits', 'Assertions', 'client'],
  ...['Args', 'CallError', 'ClientActions', 'Declarations', 'Declared', 'Params', 'Result', 'RocketClient'],
  ...['ServerActions', 'Tied', 'connect', 'start'],
];

function className(exported: string, otherwise: string): string {
  return exported === 'default' ? otherwise : exported;
}

/** Arguments with a default are written up to the last that differs from it. */
function rest(...parts: readonly string[]): readonly string[] {
  const last = parts.findLastIndex((part) => part !== 'never');
  return parts.slice(0, last + 1);
}

/** Those that have to be there, and those that may be. */
function fieldNames({ properties }: ObjectShape): readonly string[] {
  const named = (optional: boolean) =>
    union(properties.filter((property) => property.optional === optional).map(({ name }) => name));
  return [named(false), ...rest(named(true))];
}

function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function namesOf(parts: readonly { readonly name: string }[]): string[] {
  return parts.map(({ name }) => name);
}

function union(names: readonly string[]): string {
  return names.length === 0 ? 'never' : names.map((name) => quote(name)).join(' | ');
}

function body(lines: readonly string[], indent: string): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}
