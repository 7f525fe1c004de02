import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import type { ControllerDeclaration } from './controllers.js';
import { type AppProgram, reportAt } from './program.js';

/** A method of a client contract: what the server may call on the client controller of the same name. */
export interface ClientActionDeclaration {
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** Where it is declared, or the decorator's type argument where that is outside the app. */
  readonly node: ts.Node;
  /** Undefined: it takes no arguments. */
  readonly parameter: ts.Symbol | undefined;
}

/** The client actions of a controller: the methods of the decorator's type argument, in order. */
export function readClientContract(
  app: AppProgram,
  { client, name }: ControllerDeclaration,
  diagnostics: Diagnostics,
): ClientActionDeclaration[] {
  if (client === undefined) return [];
  const type = app.checker.getTypeFromTypeNode(client);
  if (!isInterface(app, type)) {
    reportAt(app, diagnostics, client, {
      code: 'bad_client_contract',
      message: `The client contract of ${name}, ${client.getText()}, is not an interface that can be found`,
      cure: `Declare it beside the controller: export interface ${name}Client { show(args: { … }): void }.`,
    });
    return [];
  }
  // In a type, new(…) without quotes is a constructor, which nobody means here.
  if (type.getConstructSignatures().length > 0) {
    reportAt(app, diagnostics, client, {
      code: 'bad_client_contract',
      message: `The client contract of ${name} has a constructor where a client action "new" may be meant`,
      cure: "Put the name in quotes: 'new'(args: { … }): void.",
    });
  }
  const actions: ClientActionDeclaration[] = [];
  for (const symbol of app.checker.getPropertiesOfType(type)) {
    const action = readClientAction(app, symbol, client, name, diagnostics);
    if (action) actions.push(action);
  }
  return actions;
}

function readClientAction(
  app: AppProgram,
  symbol: ts.Symbol,
  client: ts.TypeNode,
  controller: string,
  diagnostics: Diagnostics,
): ClientActionDeclaration | undefined {
  const declaration = symbol.declarations?.[0];
  const node = declaration && app.files.has(declaration.getSourceFile()) ? declaration : client;
  const call = `${controller}.${symbol.name}`;
  const refuse = (message: string, cure: string): undefined => {
    reportAt(app, diagnostics, node, { code: 'bad_client_contract', message, cure });
  };
  const signatures = app.checker.getTypeOfSymbol(symbol).getCallSignatures();
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1 || symbol.flags & ts.SymbolFlags.Optional) {
    return refuse(
      `The client action ${call} is not one method`,
      `Write ${symbol.name}(args: { … }): void, once and without a question mark.`,
    );
  }
  if (signature.parameters.length > 1) {
    return refuse(
      `The client action ${call} has ${signature.parameters.length} parameters`,
      `Take them together as one: ${symbol.name}(args: { … }): void.`,
    );
  }
  if (!answersNothing(app, signature)) {
    return refuse(
      `The client action ${call} answers with a value`,
      'Let it return void: a client answers by calling an action of the server.',
    );
  }
  return { name: symbol.name, symbol, node, parameter: signature.parameters[0] };
}

function isInterface(app: AppProgram, type: ts.Type): boolean {
  if (type.isClass() || type.getCallSignatures().length > 0) return false;
  return (
    (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 && !app.checker.isArrayType(type)
  );
}

function answersNothing(app: AppProgram, signature: ts.Signature): boolean {
  const answer = app.checker.getAwaitedType(app.checker.getReturnTypeOfSignature(signature));
  const members = answer?.isUnion() ? answer.types : [answer];
  return members.every((member) => {
    if (member === undefined) return false;
    const awaited = app.checker.getAwaitedType(member) ?? member;
    return (awaited.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  });
}
