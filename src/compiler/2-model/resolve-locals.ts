import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import type { AppProgram } from '../1-read/program.js';
import type { LocalsDeclaration } from '../1-read/template-locals.js';
import type { Template } from '../1-read/templates.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import { nearest } from './near-names.js';
import { ShapeResolver } from './resolve-shape.js';
import { reportFindings } from './template-findings.js';
import { argsOf, propertiesOf, type TemplateLocals } from './template-locals.js';

/** Reads the type in `//- @locals`, looking up what it takes from the app. */
export class LocalsResolver {
  private readonly resolver: ShapeResolver;

  constructor(
    private readonly app: AppProgram,
    private readonly contract: Contract,
    private readonly diagnostics: Diagnostics,
  ) {
    this.resolver = new ShapeResolver(app, diagnostics);
  }

  /** The named types of the app that the locals are made of. */
  get types(): Readonly<Record<string, Shape>> {
    const shapes = [...this.resolver.names.shapes].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(shapes.filter((entry): entry is [string, Shape] => entry[1] !== undefined));
  }

  /** Undefined: the template declares nothing, or nothing that can be read. */
  resolve(template: Template): TemplateLocals | undefined {
    const { declared } = template;
    if (declared === undefined) return undefined;
    const { declaration, fault, offset } = declared;
    if (declaration === undefined) {
      this.report(template, offset, fault ?? '', `Begin the file with ${example}.`);
      return undefined;
    }
    const { alias, text } = parse(declaration.type);
    if (alias === undefined) {
      this.report(template, declaration.offset, `The locals are not a type: ${text}`, `Write ${example}.`);
      return undefined;
    }
    const names = new Map<string, boolean>();
    if (!this.collect(template, declaration, alias, names)) return undefined;
    return {
      type: this.written(template, declaration, alias),
      isUnion: true,
      names: [...names.keys()],
      optional: [...names.values()].every((optional) => optional),
    };
  }

  /** The names of the locals, and which of them are optional. */
  private collect(
    template: Template,
    declaration: LocalsDeclaration,
    node: ts.TypeNode,
    names: Map<string, boolean>,
  ): boolean {
    if (ts.isParenthesizedTypeNode(node)) return this.collect(template, declaration, node.type, names);
    if (ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node))
      return node.types.every((type) => this.collect(template, declaration, type, names));
    if (ts.isTypeLiteralNode(node)) {
      for (const { name, questionToken } of node.members) {
        if (name && (ts.isIdentifier(name) || ts.isStringLiteral(name)))
          names.set(name.text, questionToken !== undefined);
      }
      return true;
    }
    const shape = ts.isTypeReferenceNode(node) ? this.shapeOf(template, declaration, node) : undefined;
    if (shape === undefined) {
      this.report(
        template,
        declaration.offset + startOf(node),
        `"${node.getText()}" does not say which locals there are`,
        `Write ${example}, the name of a type with its module, or Args<'Song.index'>; join them with &.`,
      );
      return false;
    }
    for (const { name, optional } of propertiesOf(
      { types: { ...this.contract.types, ...this.types } },
      shape,
    ))
      names.set(name, optional);
    return true;
  }

  private shapeOf(
    template: Template,
    declaration: LocalsDeclaration,
    node: ts.TypeReferenceNode,
  ): Shape | undefined {
    const [argument] = node.typeArguments ?? [];
    if (node.typeName.getText() !== 'Args') return this.exported(template, declaration, node);
    return argument && ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal)
      ? argsOf(this.contract, argument.literal.text)
      : undefined;
  }

  /** The text of the type; what it names of the app is replaced by its shape. */
  private written(
    template: Template,
    declaration: LocalsDeclaration,
    alias: ts.TypeNode,
  ): readonly (string | Shape)[] {
    const parts: (string | Shape)[] = [];
    let written = startOf(alias);
    const visit = (node: ts.Node): void => {
      const shape =
        ts.isTypeReferenceNode(node) && !known.has(node.typeName.getText())
          ? this.exported(template, declaration, node)
          : undefined;
      if (shape === undefined) {
        ts.forEachChild(node, visit);
        return;
      }
      parts.push(declaration.type.slice(written, startOf(node)), shape);
      written = node.getEnd() - prefix.length;
    };
    visit(alias);
    return [...parts, declaration.type.slice(written)].filter((part) => part !== '');
  }

  /** The shape of a type that the module of the declaration exports. */
  private exported(
    template: Template,
    { from, offset }: LocalsDeclaration,
    node: ts.TypeReferenceNode,
  ): Shape | undefined {
    const name = node.typeName.getText();
    if (known.has(name)) return undefined;
    const at = offset + startOf(node);
    const refuse = (place: number, message: string, cure: string): undefined =>
      this.report(template, place, message, cure);
    if (from === undefined) {
      return refuse(
        at,
        `Nothing says where the type ${name} is exported`,
        `Name its module: … from '../../models/song.ts'.`,
      );
    }
    const path = modulePath(template.file, from.path);
    const file = this.app.program.getSourceFile(`${this.app.root}/${path}`);
    const module = file && this.app.checker.getSymbolAtLocation(file);
    if (module === undefined) {
      const cure = 'Write the path from the template, as in ../../models/song.ts.';
      return refuse(from.offset, `There is no module ${path} in the server code of the app`, cure);
    }
    const exports = this.app.checker.getExportsOfModule(module);
    const symbol = exports.find((one) => one.name === name);
    if (symbol === undefined) {
      const near = nearest(
        name,
        exports.map((one) => one.name),
      );
      return refuse(
        at,
        `${path} exports no ${name}`,
        near ? `${near} may be meant.` : `Export it: export interface ${name} { … }.`,
      );
    }
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.app.checker.getAliasedSymbol(symbol) : symbol;
    const [declared] = target.declarations ?? [];
    if (!(target.flags & ts.SymbolFlags.Type) || declared === undefined)
      return refuse(at, `${name} of ${path} is no type`, 'Name an interface, a class, an enum or a type.');
    if (node.typeArguments || (declared as ts.InterfaceDeclaration).typeParameters)
      return refuse(
        at,
        `${name} takes type arguments`,
        `Give the type a name beside it: export type SongPage = ${name}<Song>.`,
      );
    const type = this.app.checker.getDeclaredTypeOfSymbol(target);
    const place = (declared as ts.NamedDeclaration).name ?? declared;
    return this.resolver.resolve(type, { node: place, owner: `The locals of ${template.file}`, path: '' });
  }

  private report(template: Template, offset: number, message: string, cure: string): undefined {
    const source = [...template.sources.values()].find(({ file }) => file === template.file);
    if (source) reportFindings([{ code: 'bad_locals', message, cure, source, offset }], this.diagnostics);
    return undefined;
  }
}

const example = '//- @locals { name: string }';

/** Types that a declaration may use without naming a module. */
const known: ReadonlySet<string> = new Set([
  ...['Html', 'Args', 'Params', 'Result', 'Array', 'ReadonlyArray', 'Date', 'Map', 'Set', 'ReadonlyMap'],
  ...['ReadonlySet', 'Record', 'Partial', 'Required', 'Readonly', 'Pick', 'Omit', 'Exclude', 'Extract'],
  ...['NonNullable', 'Uint8Array'],
]);

const prefix = 'type Locals = ';

function parse(type: string): { alias: ts.TypeNode | undefined; text: string } {
  const file = ts.createSourceFile('locals.ts', `${prefix}${type};`, ts.ScriptTarget.ES2022, true);
  const [fault] = (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics;
  const [statement, second] = file.statements;
  const isOne = statement && ts.isTypeAliasDeclaration(statement) && second === undefined && !fault;
  const text = fault
    ? ts.flattenDiagnosticMessageText(fault.messageText, ' ').replace(/\.$/, '')
    : 'it goes on';
  return { alias: isOne ? statement.type : undefined, text };
}

function startOf(node: ts.Node): number {
  return node.getStart() - prefix.length;
}

/** `../../models/song.js` beside `app/views/song/index.pug` → `app/models/song.ts`. */
function modulePath(template: string, path: string): string {
  const steps = template.split('/').slice(0, -1);
  for (const step of path.replace(/\.(?:[cm]?js|[cm]?ts)$/, '').split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return `${steps.join('/')}.ts`;
}
