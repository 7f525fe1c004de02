import { controllerName } from '../../contract/names.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import { importedAs } from './imports.js';
import { type AppProgram, reportAt } from './program.js';

/** A class with `@Controller()`, as it was written. */
export interface ControllerDeclaration {
  /** The option `name`, or the class name less `Controller`. */
  readonly name: string;
  /** Where the name stands. */
  readonly nameNode: ts.Node;
  readonly node: ts.ClassDeclaration;
  /** The type argument of the decorator: what the server may call on the client. */
  readonly client: ts.TypeNode | undefined;
  readonly actions: readonly ActionDeclaration[];
}

export interface ActionDeclaration {
  readonly name: string;
  readonly node: ts.MethodDeclaration;
  /** What happens to properties that nobody declared: the option of the action, or else of the controller. */
  readonly unknown: 'strip' | 'refuse';
}

/** Only files of this form are loaded by the server. */
const loaded = /^app\/controllers\/(.+\/)?[^/]+\.controller\.ts$/;

/** Every controller of the app, in the order of files and within a file of declaration. */
export function readControllers(app: AppProgram, diagnostics: Diagnostics): ControllerDeclaration[] {
  const controllers: ControllerDeclaration[] = [];
  for (const file of app.files) {
    for (const statement of file.statements) {
      if (!ts.isClassDeclaration(statement)) continue;
      const controller = readClass(app, statement, diagnostics);
      if (controller) controllers.push(controller);
    }
  }
  return controllers;
}

function readClass(
  app: AppProgram,
  node: ts.ClassDeclaration,
  diagnostics: Diagnostics,
): ControllerDeclaration | undefined {
  const decorator = rocketDecorator(app, node, 'Controller', diagnostics);
  const unknown = decorator && unknownOption(app, decorator, diagnostics);
  const actions = readActions(app, node, unknown ?? 'strip', diagnostics);
  const className = node.name?.text ?? 'the class';
  if (decorator === undefined) {
    for (const action of actions) {
      reportAt(app, diagnostics, action.node.name, {
        code: 'bad_decorator',
        message: `${className} has the action "${action.name}" but no @Controller()`,
        cure: 'Put @Controller() on the class. An action that a class inherits cannot be called: declare it on the controller itself.',
      });
    }
    return undefined;
  }
  checkPlace(app, node, className, diagnostics);
  const name = readName(app, node, decorator, diagnostics);
  return name && { ...name, node, client: decorator.typeArguments?.[0], actions };
}

function readActions(
  app: AppProgram,
  node: ts.ClassDeclaration,
  unknown: ActionDeclaration['unknown'],
  diagnostics: Diagnostics,
): ActionDeclaration[] {
  const actions: ActionDeclaration[] = [];
  for (const member of node.members) {
    const decorator = rocketDecorator(app, member, 'Action', diagnostics);
    if (decorator === undefined) continue;
    const fault = memberFault(member);
    if (fault === undefined && ts.isMethodDeclaration(member)) {
      const own = unknownOption(app, decorator, diagnostics) ?? unknown;
      actions.push({ name: (member.name as ts.Identifier).text, node: member, unknown: own });
      continue;
    }
    reportAt(app, diagnostics, member.name ?? member, {
      code: 'bad_decorator',
      message: `@Action() stands on ${fault} of ${node.name?.text ?? 'a class'}`,
      cure: 'An action is a public method with a plain name. Make it one, or take @Action() away.',
    });
  }
  return actions;
}

/** What is wrong with a member as an action, with its article. */
function memberFault(member: ts.ClassElement): string | undefined {
  const flags = ts.getCombinedModifierFlags(member);
  if (ts.isAccessor(member)) return 'an accessor';
  if (!ts.isMethodDeclaration(member)) return 'a property';
  if (flags & ts.ModifierFlags.Static) return 'a static method';
  if (ts.isPrivateIdentifier(member.name) || flags & ts.ModifierFlags.Private) return 'a private method';
  if (flags & ts.ModifierFlags.Protected) return 'a protected method';
  if (!ts.isIdentifier(member.name)) return 'a method without a plain name';
  return undefined;
}

/** The call of a decorator that was imported from `rocket-io`. */
function rocketDecorator(
  app: AppProgram,
  node: ts.ClassDeclaration | ts.ClassElement,
  name: 'Controller' | 'Action',
  diagnostics: Diagnostics,
): ts.CallExpression | undefined {
  if (!ts.canHaveDecorators(node)) return undefined;
  for (const { expression } of ts.getDecorators(node) ?? []) {
    const callee = ts.isCallExpression(expression) ? expression.expression : expression;
    const imported = importedAs(app.checker, callee);
    if (imported?.module !== 'rocket-io' || imported.name !== name) continue;
    if (ts.isCallExpression(expression)) return expression;
    reportAt(app, diagnostics, expression, {
      code: 'bad_decorator',
      message: `@${name} is not called`,
      cure: `Write @${name}().`,
    });
  }
  return undefined;
}

function checkPlace(app: AppProgram, node: ts.ClassDeclaration, className: string, diagnostics: Diagnostics) {
  const path = node.getSourceFile().fileName.slice(app.root.length + 1);
  const exported = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;
  if (loaded.test(path) && exported) return;
  reportAt(app, diagnostics, node.name ?? node, {
    code: 'misplaced_controller',
    message: exported
      ? `The server does not look for controllers in ${path}`
      : `${className} is not exported`,
    cure: exported
      ? 'Move the class to a file app/controllers/….controller.ts.'
      : 'Write export before the class, so that the server can load it.',
  });
}

function readName(
  app: AppProgram,
  node: ts.ClassDeclaration,
  decorator: ts.CallExpression,
  diagnostics: Diagnostics,
): { name: string; nameNode: ts.Node } | undefined {
  const given = option(decorator, 'name');
  if (given !== undefined && !ts.isStringLiteralLike(given)) {
    reportAt(app, diagnostics, given, {
      code: 'bad_name',
      message: 'The name of a controller is not a string literal',
      cure: "Write the name in place, as in @Controller({ name: 'Song' }): the compiler does not run code.",
    });
    return undefined;
  }
  if (given !== undefined) return { name: given.text, nameNode: given };
  const nameNode = node.name ?? node;
  const name = controllerName(node.name?.text ?? '');
  if (name !== undefined) return { name, nameNode };
  reportAt(app, diagnostics, nameNode, {
    code: 'bad_controller_name',
    message: `${node.name?.text ?? 'A class without a name'} is a controller but is not named …Controller`,
    cure: "Name the class like SongController, or give the name: @Controller({ name: 'Song' }).",
  });
  return undefined;
}

/** Undefined: the option is not there, or not to be read. */
function unknownOption(
  app: AppProgram,
  decorator: ts.CallExpression,
  diagnostics: Diagnostics,
): ActionDeclaration['unknown'] | undefined {
  const given = option(decorator, 'unknown');
  if (given === undefined) return undefined;
  if (ts.isStringLiteralLike(given) && (given.text === 'strip' || given.text === 'refuse')) return given.text;
  reportAt(app, diagnostics, given, {
    code: 'bad_decorator',
    message: `The option unknown is not 'strip' or 'refuse'`,
    cure: "Write the word in place, as in @Action({ unknown: 'refuse' }): the compiler does not run code.",
  });
  return undefined;
}

/** The value of an option, as it is written. */
function option(decorator: ts.CallExpression, name: string): ts.Expression | undefined {
  const options = decorator.arguments[0];
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined;
  for (const property of options.properties) {
    if (property.name && ts.isIdentifier(property.name) && property.name.text === name) {
      return ts.isPropertyAssignment(property) ? property.initializer : property.name;
    }
  }
  return undefined;
}
