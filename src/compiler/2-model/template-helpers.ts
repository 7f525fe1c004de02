import type { ActionContract, Contract } from '../../contract/contract.js';
import { ts } from '../typescript.js';
import { fieldAt, fieldPaths } from './field-paths.js';
import { nearest, nearestFirst } from './near-names.js';
import { bare, possibleTexts } from './possible-texts.js';
import type { TemplateFinding } from './template-findings.js';
import { isAllOptional } from './template-locals.js';
import { helperKind, takesFieldPath } from './template-support.js';
import type { FormRange } from './virtual-template.js';

/** What a finding points at, in the virtual text. */
export interface HelperFinding extends Pick<TemplateFinding, 'code' | 'message' | 'cure'> {
  readonly node: ts.Node;
}

/** The actions of an app by their calls: `Song.show`. */
export type Actions = ReadonlyMap<string, ActionContract>;

export function actionsOf({ controllers }: Contract): Actions {
  return new Map(
    controllers.flatMap(({ name, actions }) =>
      actions.map((action): [string, ActionContract] => [`${name}.${action.name}`, action]),
    ),
  );
}

/** A template as the checker knows it. */
export interface CheckedTemplate {
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  readonly contract: Contract;
  readonly actions: Actions;
  readonly forms: readonly FormRange[];
  /** Whether a name means the helper, and no local of the same name. */
  isHelper(name: ts.Identifier): boolean;
}

/** Holds what links, forms, fields and unescaped output of a template say to the contract. */
export function checkHelpers(template: CheckedTemplate): HelperFinding[] {
  return new HelperCheck(template).run();
}

class HelperCheck {
  private readonly findings: HelperFinding[] = [];
  /** The call `__form(…)` that each form begins with. */
  private readonly formCalls = new Map<FormRange, ts.CallExpression>();

  constructor(private readonly template: CheckedTemplate) {}

  run(): HelperFinding[] {
    this.visit(this.template.file);
    return this.findings;
  }

  private visit(node: ts.Node): void {
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      this.template.isHelper(node.expression)
    )
      this.call(node, node.expression.text);
    ts.forEachChild(node, (inner) => this.visit(inner));
  }

  private call(call: ts.CallExpression, name: string): void {
    const [first, second] = call.arguments;
    if (first === undefined) return;
    if (name === '__unescaped') this.unescaped(first);
    else if (name === '__out') this.escaped(first);
    else if (name === '__each') this.collection(first);
    else if (name === '__form') {
      const range = this.template.forms.find(({ start }) => start === call.getStart());
      if (range) this.formCalls.set(range, call);
      this.formAction(first);
    } else if (name === '__formAction' || helperKind(name) === 'form') this.formAction(first);
    else if (helperKind(name) === 'link') this.link(second);
    else if (takesFieldPath(name)) this.field(call, first);
  }

  private link(target: ts.Expression | undefined): void {
    if (target === undefined) return;
    for (const { text, node } of possibleTexts(this.template.checker, target) ?? []) {
      const action = this.action(text, node);
      if (action?.params && !isAllOptional(this.template.contract, action.params)) {
        this.report(node, {
          code: 'template_call',
          message: `${text} takes params, and this link gives none`,
          cure: `Write them beside the name: { '${text}': ${this.paramsSketch(action)} }.`,
        });
      }
    }
    for (const object of objectsIn(target)) {
      for (const property of object.properties) {
        if (property.name && (ts.isStringLiteral(property.name) || ts.isIdentifier(property.name)))
          this.action(property.name.text, property.name);
      }
    }
  }

  private formAction(value: ts.Expression): void {
    const literals = possibleTexts(this.template.checker, value);
    for (const { text, node } of literals ?? []) if (!isAddress(text)) this.action(text, node);
    if (literals !== undefined || this.typeOf(value).flags & ts.TypeFlags.Any) return;
    this.report(value, {
      code: 'template_call',
      message: 'The action of this form may be any text',
      cure: "Let its type say which it can be, as in //- @locals { action: 'Song.create' | 'Song.update' }.",
    });
  }

  private field(call: ts.CallExpression, path: ts.Expression): void {
    const names = this.actionsAround(call);
    if (names === undefined) return;
    const params = names
      .flatMap((name) => this.template.actions.get(name) ?? [])
      .map((action) => action.params);
    if (params.length < names.length) return;
    const { contract } = this.template;
    for (const { text, node } of possibleTexts(this.template.checker, path) ?? []) {
      const misfits = names.filter((_, index) => {
        const shape = params[index];
        return shape === undefined || fieldAt(contract, shape, text) !== 'field';
      });
      const [misfit] = misfits;
      if (misfit === undefined) continue;
      const shape = this.template.actions.get(misfit)?.params;
      const kind = shape ? fieldAt(contract, shape, text) : 'unknown';
      const others = shape ? fieldPaths(contract, shape) : [];
      const inside = others.filter((other) => other.startsWith(`${text}.`) || other.startsWith(`${text}[`));
      this.report(node, {
        code: 'template_field',
        message:
          kind === 'group'
            ? `"${text}" is a group of fields in ${misfit}, and no field itself`
            : `${misfit} has no field "${text}"`,
        cure:
          others.length === 0
            ? `${misfit} takes nothing.`
            : fieldsSentence(text, inside.length > 0 ? inside : others),
      });
    }
  }

  /** The actions of the form around a field; undefined where there is none, or none that is known. */
  private actionsAround(call: ts.CallExpression): string[] | undefined {
    for (let node: ts.Node = call; !ts.isSourceFile(node); node = node.parent) {
      const outer = node.parent;
      if (ts.isCallExpression(outer) && ts.isIdentifier(outer.expression) && outer.expression !== node) {
        const isForm =
          helperKind(outer.expression.text) === 'form' && this.template.isHelper(outer.expression);
        if (isForm && outer.arguments[0]) return this.actionNames(outer.arguments[0], call);
      }
    }
    const position = call.getStart();
    const range = this.template.forms.filter(({ start, end }) => start < position && position < end);
    const innermost = range.sort((a, b) => b.start - a.start)[0];
    const action = innermost && this.formCalls.get(innermost)?.arguments[0];
    return action && this.actionNames(action, call);
  }

  private actionNames(value: ts.Expression, at: ts.Node): string[] | undefined {
    const names = possibleTexts(this.template.checker, value, at)?.map(({ text }) => text);
    return names?.some(isAddress) ? undefined : names && [...new Set(names)];
  }

  private unescaped(value: ts.Expression): void {
    const misfit = this.unsafePart(value);
    if (misfit === undefined) return;
    const type = this.template.checker.typeToString(this.typeOf(misfit));
    this.report(misfit, {
      code: 'template_unescaped',
      message: `This is not markup that a helper or a template has made, but ${describeType(type)}`,
      cure: 'Write = or #{…} instead, which escape it; where it is markup that nobody else can have typed, write raw(…) around it.',
    });
  }

  private collection(value: ts.Expression): void {
    const name = this.typeOf(value).symbol?.name;
    if (!/^(?:Readonly)?(?:Map|Set)$/.test(name ?? '')) return;
    this.report(value, {
      code: 'template_type',
      message: `A ${name} has neither places nor properties to go through with "in"`,
      cure: 'Write each … of: each [key, value] of map.',
    });
  }

  private escaped(value: ts.Expression): void {
    const type = this.typeOf(value);
    const parts = type.isUnion() ? type.types : [type];
    if (!parts.some((part) => isBranded(part))) return;
    this.report(value, {
      code: 'template_type',
      message: 'This is markup, and its tags would be shown as text',
      cure: 'Write != or !{…} instead, which put markup on the page.',
    });
  }

  /** The part of an expression that may be something else than markup. */
  private unsafePart(value: ts.Expression): ts.Expression | undefined {
    const inner = bare(value);
    if (ts.isConditionalExpression(inner))
      return this.unsafePart(inner.whenTrue) ?? this.unsafePart(inner.whenFalse);
    if (ts.isBinaryExpression(inner) && joining.has(inner.operatorToken.kind))
      return this.unsafePart(inner.left) ?? this.unsafePart(inner.right);
    const type = this.typeOf(inner);
    // A name that is not known is told already, and of the parameters of a mixin that is not called nothing is.
    if (type.flags & ts.TypeFlags.Any && ts.isIdentifier(inner)) return undefined;
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => this.isMarkup(part)) ? undefined : inner;
  }

  private isMarkup(type: ts.Type): boolean {
    if (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return true;
    if (type.isStringLiteral() && type.value === '') return true;
    return isBranded(type);
  }

  private action(name: string, node: ts.Node): ActionContract | undefined {
    const action = this.template.actions.get(name);
    if (action !== undefined) return action;
    const near = nearest(name, this.template.actions.keys());
    this.report(node, {
      code: 'template_call',
      message: `There is no action "${name}"${near === undefined ? '' : `: "${near}" may be meant`}`,
      cure: 'Name a method with @Action() of a controller, as in Song.index.',
    });
    return undefined;
  }

  private paramsSketch({ params }: ActionContract): string {
    const { types } = this.template.contract;
    const shape = params?.kind === 'ref' ? types[params.name] : params;
    if (shape?.kind !== 'object') return '…';
    const required = shape.properties.filter(({ optional }) => !optional);
    return `{ ${required.map(({ name }) => `${name}: …`).join(', ')} }`;
  }

  private typeOf(node: ts.Expression): ts.Type {
    return this.template.checker.getTypeAtLocation(node);
  }

  private report(node: ts.Node, problem: Omit<HelperFinding, 'node'>): void {
    this.findings.push({ ...problem, node });
  }
}

const joining: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** As many fields as are easily read: all of them, or those that look most like what was written. */
function fieldsSentence(written: string, fields: readonly string[]): string {
  const shown = (fields.length <= 6 ? fields : nearestFirst(written, fields).slice(0, 4)).map(
    (field) => `'${field}'`,
  );
  if (shown.length === 1) return `Its field is ${shown[0]}.`;
  const listed = `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  return fields.length > shown.length
    ? `The nearest of its fields are ${listed}.`
    : `Its fields are ${listed}.`;
}

/** Whether it is `Html`, or what `raw` gives. */
function isBranded(type: ts.Type): boolean {
  return type.getProperties().some(({ escapedName }) => String(escapedName).includes('@rocketMarkup'));
}

/** The object literals that a value may be. */
function objectsIn(value: ts.Expression): ts.ObjectLiteralExpression[] {
  const inner = bare(value);
  if (ts.isObjectLiteralExpression(inner)) return [inner];
  return ts.isConditionalExpression(inner)
    ? [...objectsIn(inner.whenTrue), ...objectsIn(inner.whenFalse)]
    : [];
}

/** An ordinary form that the browser sends to an address. */
function isAddress(action: string): boolean {
  return action === '' || /[/?#:]/.test(action);
}

function describeType(type: string): string {
  return type.length > 60 ? 'something else' : `a value of type ${type}`;
}
