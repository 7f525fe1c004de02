import { ts } from '../typescript.js';

/** What TypeScript says of a template, put for its author. */
export interface Complaint {
  readonly message: string;
  readonly cure: string;
  /** Whether it may be the fault of one call of a mixin among several that are right. */
  readonly isOfOneCall: boolean;
}

/** Undefined: it is no mistake in a template, whose JavaScript can write no types. */
export function complaintOf(
  checker: ts.TypeChecker,
  found: ts.DiagnosticWithLocation,
): Complaint | undefined {
  const { code, file, start } = found;
  const node = nodeAt(file, start);
  if (isImplicitAny(checker, found, node)) return undefined;
  const message = sentenceOf(found);
  // Dead code: another call of the mixin may bring it to life.
  if (unwritable.has(code) || / does not exist on type 'never'\.?$/.test(message)) return undefined;
  const isOfOneCall = comparisons.has(code);
  const own = node && handedOver(checker, code, node);
  if (own) return { ...own, isOfOneCall };
  return { message: shortened(message), cure: cures.get(code) ?? cures.get(0) ?? '', isOfOneCall };
}

/** A variable of another type than before, which JavaScript allows. */
const unwritable: ReadonlySet<number> = new Set([2403]);

/** Comparing values that can never be equal: the mixin may compare for the sake of another call. */
const comparisons: ReadonlySet<number> = new Set([2367, 2678]);

const cures: ReadonlyMap<number, string> = new Map([
  [0, 'Correct the template, or the type of what it is given.'],
  ...[2304, 2552, 2580, 2584, 2591].map((code): [number, string] => [
    code,
    'A template knows its locals, the helpers and JavaScript itself. Declare a local in the first line: //- @locals { name: string }.',
  ]),
  ...[2367, 2678].map((code): [number, string] => [code, 'Compare it with a value that it can have.']),
  ...[2339, 2551, 7053].map((code): [number, string] => [
    code,
    'Correct the name, or add the property where the type is declared.',
  ]),
  ...[2531, 2532, 2533, 18047, 18048, 18049].map((code): [number, string] => [
    code,
    'Ask before with if, or give a value for that case with ??.',
  ]),
]);

/**
 * Types cannot be written in a template, so nothing that lacks one is a mistake; a property that does not
 * exist is, even where it is asked for as `song['titel']`.
 */
function isImplicitAny(
  checker: ts.TypeChecker,
  { code }: ts.DiagnosticWithLocation,
  node: ts.Node | undefined,
): boolean {
  if (code < 7000 || code >= 7100) return false;
  const access = node && ts.findAncestor(node, ts.isElementAccessExpression);
  if (access === undefined) return true;
  const index = checker.getTypeAtLocation(access.argumentExpression);
  return !index.isStringLiteral() && !index.isNumberLiteral();
}

/** A value that one of the parts of a template cannot be. */
function handedOver(
  checker: ts.TypeChecker,
  code: number,
  node: ts.Node,
): { message: string; cure: string } | undefined {
  if (code !== 2345 && code !== 2769) return undefined;
  const call = ts.findAncestor(
    node,
    (outer): outer is ts.CallExpression =>
      ts.isCallExpression(outer) &&
      ts.isIdentifier(outer.expression) &&
      outer.expression.text.startsWith('__'),
  );
  const [value] = call?.arguments ?? [];
  if (call === undefined || value === undefined || value.getStart() !== node.getStart()) return undefined;
  const type = checker.getTypeAtLocation(value);
  const text = checker.typeToString(type);
  const shown = text.length > 60 ? 'This value' : `A value of type ${text}`;
  const { text: part } = call.expression as ts.Identifier;
  if (part === '__each') {
    const isMissing = checker.getNonNullableType(type) !== type;
    return isMissing
      ? {
          message: `There may be no list here: it is ${text}`,
          cure: 'Ask before with if, or write list ?? [].',
        }
      : {
          message: `${shown} has nothing to go through`,
          cure: 'Go through a list or the properties of an object.',
        };
  }
  const place = places[part];
  return place && { message: `${shown} cannot be ${place.what}`, cure: place.cure };
}

const places: Readonly<Record<string, { readonly what: string; readonly cure: string }>> = {
  __out: {
    what: 'written as text',
    cure: "Write the property that is meant, join a list with .join(', '), or ask with typeof what it is.",
  },
  __attribute: {
    what: 'the value of an attribute',
    cure: 'Write the property that is meant: an attribute is a text, a number, or true for its bare name.',
  },
  __data: { what: 'the value of an attribute', cure: 'Write the property that is meant.' },
  __class: {
    what: 'a class',
    cure: 'Write a name, a list of names, or an object such as { active: isActive }.',
  },
  __style: { what: 'a style', cure: "Write text, or an object such as { width: '50%' }." },
  __attributes: { what: 'attributes', cure: 'Write an object: its properties are the attributes.' },
};

/** Of a property that is missing, it is enough to be told once. */
function sentenceOf({ code, messageText }: ts.DiagnosticWithLocation): string {
  const isMissing = code === 2339 || code === 2551;
  const text = isMissing && typeof messageText !== 'string' ? messageText.messageText : messageText;
  return ts.flattenDiagnosticMessageText(text, ' ').replace(/\s+/g, ' ');
}

/** Without advice on compilers, and without a full stop. */
function shortened(message: string): string {
  return message.replace(/ (?:Do you need to (?:change|install)|Try ).*$/, '').replace(/\.$/, '');
}

function nodeAt(file: ts.SourceFile, position: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart() > position || node.getEnd() <= position) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}
