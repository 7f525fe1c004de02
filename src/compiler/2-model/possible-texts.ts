import { ts } from '../typescript.js';

/** A text that an expression can be, and where that stands. */
export interface PossibleText {
  readonly text: string;
  readonly node: ts.Node;
}

/**
 * The texts that an expression can be; undefined where that cannot be told.
 *
 * @param at where the value is used: of `song === null ? 'Song.create' : 'Song.update'`, a place inside of
 * `if song === null` knows the first
 */
export function possibleTexts(
  checker: ts.TypeChecker,
  value: ts.Expression,
  at?: ts.Node,
): readonly PossibleText[] | undefined {
  const inner = bare(value);
  if (ts.isStringLiteralLike(inner)) return [{ text: inner.text, node: inner }];
  if (ts.isConditionalExpression(inner)) {
    const decided = at && decisionAt(inner.condition, at);
    const [first, second] = [
      decided === false ? [] : possibleTexts(checker, inner.whenTrue, at),
      decided === true ? [] : possibleTexts(checker, inner.whenFalse, at),
    ];
    return first && second && [...first, ...second];
  }
  if (ts.isObjectLiteralExpression(inner)) return undefined;
  const passed = passedTo(checker, inner);
  if (passed !== undefined) return possibleTexts(checker, passed, at);
  const type = checker.getTypeAtLocation(inner);
  const parts = (type.isUnion() ? type.types : [type]).filter(
    ({ flags }) => !(flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)),
  );
  const texts = parts.flatMap((part) => (part.isStringLiteral() ? part.value : []));
  if (texts.length < parts.length || texts.length === 0) return undefined;
  return texts.map((text) => ({ text, node: inner }));
}

/** An expression without the parentheses around it. */
export function bare(value: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(value) ? bare(value.expression) : value;
}

/** What a call of a mixin hands to the parameter that an expression names. */
function passedTo(checker: ts.TypeChecker, value: ts.Expression): ts.Expression | undefined {
  if (!ts.isIdentifier(value)) return undefined;
  const parameter = checker.getSymbolAtLocation(value)?.valueDeclaration;
  if (parameter === undefined || !ts.isParameter(parameter)) return undefined;
  const { parent: mixin } = parameter;
  if (!ts.isArrowFunction(mixin)) return undefined;
  let call: ts.Node = mixin.parent;
  while (ts.isParenthesizedExpression(call)) call = call.parent;
  if (!ts.isCallExpression(call) || bare(call.expression) !== mixin) return undefined;
  return call.arguments[mixin.parameters.indexOf(parameter)];
}

/** Whether a place is reached only when a condition holds, or only when it does not. */
function decisionAt(condition: ts.Expression, at: ts.Node): boolean | undefined {
  const asked = conditionOf(condition);
  for (let node = at; !ts.isSourceFile(node); node = node.parent) {
    const { parent } = node;
    if (!ts.isIfStatement(parent) || node === parent.expression) continue;
    const known = conditionOf(parent.expression);
    if (known.text === asked.text) return (node === parent.thenStatement) === (known.holds === asked.holds);
  }
  return undefined;
}

/** A condition with its negations taken out, so that `song !== null` is `song === null` that does not hold. */
function conditionOf(condition: ts.Expression): { readonly text: string; readonly holds: boolean } {
  const inner = bare(condition);
  if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken) {
    const { text, holds } = conditionOf(inner.operand);
    return { text, holds: !holds };
  }
  const text = inner.getText().replace(/\s+/g, ' ');
  const unequal = / (!==?) /.exec(text);
  return ts.isBinaryExpression(inner) && unequal
    ? { text: text.replace(/ !=(=?) /, ' =$1= '), holds: false }
    : { text, holds: true };
}
