import ts from 'typescript6';
import type {
  ActionContract,
  ClientActionContract,
  Contract,
  ControllerContract,
} from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { type ClientActionDeclaration, readClientContract } from '../1-read/client-contracts.js';
import type { ActionDeclaration, ControllerDeclaration } from '../1-read/controllers.js';
import { type AppProgram, placeOf, reportAt } from '../1-read/program.js';
import type { Diagnostics } from '../diagnostics.js';
import { checkNames } from './check-names.js';
import { resolveResult } from './resolve-result.js';
import { ShapeResolver } from './resolve-shape.js';
import type { TypePlace } from './type-resolver.js';

/** Works out what the declarations promise. */
export function buildContract(
  app: AppProgram,
  declared: readonly ControllerDeclaration[],
  diagnostics: Diagnostics,
): Contract {
  const resolver = new ShapeResolver(app, diagnostics);
  const sorted = [...declared].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const { name } of sorted) {
    resolver.names.reserve(`${name}ClientController`);
    resolver.names.reserve(`${name}Actions`);
  }
  const controllers = sorted.map((controller) => buildController(app, controller, resolver, diagnostics));
  const types = [...resolver.names.shapes].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: 1,
    controllers,
    types: Object.fromEntries(types.filter((entry): entry is [string, Shape] => entry[1] !== undefined)),
  };
}

function buildController(
  app: AppProgram,
  controller: ControllerDeclaration,
  resolver: ShapeResolver,
  diagnostics: Diagnostics,
): ControllerContract {
  const clientActions = readClientContract(app, controller, diagnostics);
  checkNames(app, controller, clientActions, diagnostics);
  const { name, node, actions } = controller;
  const symbol = node.name && app.checker.getSymbolAtLocation(node.name);
  return {
    name,
    ...docOf(app, symbol),
    source: placeOf(app, controller.nameNode),
    actions: actions.map((action) => buildAction(app, name, action, resolver, diagnostics)),
    clientActions: clientActions.map((action) => buildClientAction(app, name, action, resolver)),
  };
}

function buildAction(
  app: AppProgram,
  controller: string,
  { name, node }: ActionDeclaration,
  resolver: ShapeResolver,
  diagnostics: Diagnostics,
): ActionContract {
  const call = `${controller}.${name}`;
  const params = resolveParams(app, call, node, resolver, diagnostics);
  const result = resolveResult(resolver, node, call);
  return {
    name,
    ...docOf(app, app.checker.getSymbolAtLocation(node.name)),
    source: placeOf(app, node.name),
    ...(params && { params }),
    ...(result && { result }),
  };
}

function buildClientAction(
  app: AppProgram,
  controller: string,
  { name, symbol, node, parameter }: ClientActionDeclaration,
  resolver: ShapeResolver,
): ClientActionContract {
  const declaration = parameter?.valueDeclaration;
  const typed = declaration && ts.isParameter(declaration) && app.files.has(declaration.getSourceFile());
  const place = {
    node: (typed && declaration.type) || node,
    owner: `The arguments of ${controller}.${name}`,
    path: '',
  };
  const args = parameter && argumentsShape(resolver, app.checker.getTypeOfSymbol(parameter), place);
  return { name, ...docOf(app, symbol), source: placeOf(app, node), ...(args && { args }) };
}

function resolveParams(
  app: AppProgram,
  call: string,
  node: ts.MethodDeclaration,
  resolver: ShapeResolver,
  diagnostics: Diagnostics,
): Shape | undefined {
  const [parameter, second] = node.parameters.filter((one) => one.name.getText() !== 'this');
  const refuse = (at: ts.Node, message: string, cure: string): undefined =>
    reportAt(app, diagnostics, at, { code: 'bad_parameter', message, cure }) as undefined;
  if (second) {
    return refuse(
      second,
      `${call} has a second parameter`,
      'Take both as properties of the first: { id, song }.',
    );
  }
  if (parameter === undefined) return undefined;
  if (parameter.dotDotDotToken) {
    return refuse(
      parameter,
      `${call} has a rest parameter`,
      'Take an array as a property: { ids: string[] }.',
    );
  }
  if (parameter.type === undefined && parameter.initializer === undefined) {
    return refuse(
      parameter,
      `The parameter of ${call} has no type`,
      'Write its type: it is what callers see.',
    );
  }
  const place = { node: parameter.type ?? parameter.name, owner: `The parameter of ${call}`, path: '' };
  const shape = argumentsShape(resolver, app.checker.getTypeAtLocation(parameter), place);
  const mayBeLeftOut = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  if (shape && mayBeLeftOut && !isAllOptional(resolver, shape)) {
    return refuse(
      parameter,
      `The parameter of ${call} may be left out although it has to hold something`,
      'Make its properties optional instead, as in { page = 1 }: { page?: number }.',
    );
  }
  return shape;
}

/** Undefined where there is nothing to pass: `void`, or an object without properties. */
function argumentsShape(resolver: ShapeResolver, type: ts.Type, place: TypePlace) {
  const given = resolver.app.checker.getNonNullableType(type);
  const optional = type.isUnion() && type.types.some((member) => member.flags & ts.TypeFlags.Undefined);
  const used = optional ? given : type;
  if (used.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return undefined;
  const shape = resolver.resolve(used, place);
  return shape.kind === 'object' && shape.properties.length === 0 ? undefined : shape;
}

function isAllOptional(resolver: ShapeResolver, shape: Shape): boolean {
  const inner = shape.kind === 'ref' ? resolver.names.shapes.get(shape.name) : shape;
  return inner?.kind === 'object' && inner.properties.every((property) => property.optional);
}

function docOf(app: AppProgram, symbol: ts.Symbol | undefined): { doc?: string } {
  const doc = symbol && ts.displayPartsToString(symbol.getDocumentationComment(app.checker)).trim();
  return doc ? { doc } : {};
}
