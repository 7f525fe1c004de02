import type {
  ActionContract,
  ClientActionContract,
  Contract,
  ControllerContract,
} from '../../contract/contract.js';
import { type Shape, shapesIn } from '../../contract/shape.js';
import { type ClientActionDeclaration, readClientContract } from '../1-read/client-contracts.js';
import type { ActionDeclaration, ControllerDeclaration } from '../1-read/controllers.js';
import { type AppProgram, placeOf, reportAt } from '../1-read/program.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import { checkNames } from './check-names.js';
import { declare } from './declarations.js';
import { documentationOf, type ParameterNames } from './documentation.js';
import { declarationOfController } from './read-declarations.js';
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
  const contract: ControllerContract = {
    name,
    ...docOf(app, symbol),
    source: placeOf(app, controller.nameNode),
    actions: actions.map((action) => buildAction(app, name, action, resolver, diagnostics)),
    clientActions: clientActions.map((action) => buildClientAction(app, name, action, resolver)),
  };
  return declare(contract, declarationOfController(app, controller));
}

function buildAction(
  app: AppProgram,
  controller: string,
  { name, node, unknown }: ActionDeclaration,
  resolver: ShapeResolver,
  diagnostics: Diagnostics,
): ActionContract {
  const call = `${controller}.${name}`;
  const params = resolveParams(app, call, node, resolver, diagnostics);
  const answer = resolveResult(resolver, node, call);
  for (const shape of [answer.result, answer.items]) {
    if (shape) refuseFiles(resolver, shape, node.type ?? node.name, `The result of ${call}`);
  }
  const symbol = app.checker.getSymbolAtLocation(node.name);
  const parameter = parametersOf(node)[0]?.name;
  const action: ActionContract = {
    name,
    ...docOf(app, symbol, {
      declared: parameter && ts.isIdentifier(parameter) ? parameter.text : undefined,
      generated: 'params',
      properties: propertyNames(resolver, params),
    }),
    source: placeOf(app, node.name),
    ...(params && { params }),
    ...answer,
    ...(params && unknown === 'refuse' && { unknown }),
  };
  // Of overloads other files see all but the one that is the action.
  return (symbol?.declarations?.length ?? 1) > 1 ? declare(action, { isOpaque: true }) : action;
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
  if (args) refuseFiles(resolver, args, place.node, place.owner);
  const names = {
    declared: parameter && !parameter.name.startsWith('__') ? parameter.name : undefined,
    generated: 'args',
    properties: propertyNames(resolver, args),
  } as const;
  return { name, ...docOf(app, symbol, names), source: placeOf(app, node), ...(args && { args }) };
}

function resolveParams(
  app: AppProgram,
  call: string,
  node: ts.MethodDeclaration,
  resolver: ShapeResolver,
  diagnostics: Diagnostics,
): Shape | undefined {
  const [parameter, second] = parametersOf(node);
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
  const shape = resolver.resolve(used, { ...place, mayBeEmpty: true });
  return shape.kind === 'object' && shape.properties.length === 0 ? undefined : shape;
}

/** A file travels one way: no client can be handed one. */
function refuseFiles(resolver: ShapeResolver, shape: Shape, node: ts.Node, owner: string): void {
  const seen = new Set<Shape>();
  const visit = (one: Shape | undefined): boolean => {
    if (one === undefined || seen.has(one)) return false;
    seen.add(one);
    return one.kind === 'file' || shapesIn(one).some((inner) => visit(resolver.behind(inner)));
  };
  if (!visit(resolver.behind(shape))) return;
  reportAt(resolver.app, resolver.diagnostics, node, {
    code: 'type_cannot_travel',
    message: `${owner}: an UploadedFile goes from a client to the server only`,
    cure: 'Write its address as string, or its content as Uint8Array.',
  });
}

function isAllOptional(resolver: ShapeResolver, shape: Shape): boolean {
  const inner = shape.kind === 'ref' ? resolver.names.shapes.get(shape.name) : shape;
  return inner?.kind === 'object' && inner.properties.every((property) => property.optional);
}

function parametersOf(node: ts.MethodDeclaration): readonly ts.ParameterDeclaration[] {
  return node.parameters.filter((one) => one.name.getText() !== 'this');
}

function propertyNames(resolver: ShapeResolver, shape: Shape | undefined): readonly string[] {
  const found = shape && resolver.behind(shape);
  return found?.kind === 'object' ? found.properties.map(({ name }) => name) : [];
}

function docOf(app: AppProgram, symbol: ts.Symbol | undefined, names?: ParameterNames): { doc?: string } {
  const doc = documentationOf(app.checker, symbol, names);
  return doc === '' ? {} : { doc };
}
