import { constraintAttributes, type FieldAttributes } from '../../contract/constraint-attributes.js';
import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { behind, takesEmptyText } from './shape-facts.js';
import { key, quote } from './source-text.js';

/** Forms are not nested deeper; a type that contains itself would be without end. */
const deepest = 6;

/** What the fields of a form for each action say about their values, where there is anything to say. */
export function fieldTable(contract: Contract): string {
  const actions = contract.controllers.flatMap(({ name: controller, actions }) =>
    actions.flatMap(({ name, params }) => {
      const fields = params ? fieldsOf(contract, params, [], true) : [];
      if (fields.length === 0) return [];
      const lines = fields.map(([path, attributes]) => `      ${key(path)}: ${objectText(attributes)},\n`);
      return [`    ${quote(`${controller}.${name}`)}: {\n${lines.join('')}    },\n`];
    }),
  );
  return actions.length === 0 ? '{}' : `{\n${actions.join('')}  }`;
}

type Field = readonly [path: string, attributes: FieldAttributes];

function fieldsOf(contract: Contract, shape: Shape, path: readonly string[], required: boolean): Field[] {
  const found = withoutNull(contract, shape);
  if (found === undefined) return [];
  if (found.kind === 'object') {
    if (path.length >= deepest) return [];
    return found.properties.flatMap((property) =>
      fieldsOf(contract, property.shape, [...path, property.name], !property.optional),
    );
  }
  const attributes: FieldAttributes = {
    ...(required && mustBeFilled(contract, shape) && { required: true }),
    ...ownAttributes(found),
  };
  return path.length === 0 || Object.keys(attributes).length === 0 ? [] : [[path.join('.'), attributes]];
}

/** What a value is when it is there. Undefined: one of several things. */
function withoutNull(contract: Contract, shape: Shape): Shape | undefined {
  const found = behind(contract, shape);
  if (found.kind !== 'union') return found;
  const members = found.members.filter((member) => member.kind !== 'null');
  const [only] = members;
  if (only && members.length === 1) return behind(contract, only);
  // Of a closed list only whether one has to be chosen is of interest.
  return members.every(({ kind }) => kind === 'literal') ? only : undefined;
}

/** A field left empty is refused; but a box that is not ticked says no, and a list in which nothing is chosen is empty. */
function mustBeFilled(contract: Contract, shape: Shape): boolean {
  const found = behind(contract, shape);
  const kinds =
    found.kind === 'union' ? found.members.map((member) => behind(contract, member).kind) : [found.kind];
  const mayBeEmpty = ['null', 'boolean', 'array', 'set', 'map', 'tuple', 'record', 'object', 'json', 'bytes'];
  const isNo = found.kind === 'literal' && found.value === false;
  return !isNo && !kinds.some((kind) => mayBeEmpty.includes(kind)) && !takesEmptyText(contract, shape);
}

function ownAttributes(shape: Shape): FieldAttributes {
  if (shape.kind !== 'string' && shape.kind !== 'number' && shape.kind !== 'bigint') return {};
  const template = shape.kind === 'string' ? shape.template : undefined;
  const { patterns = [], ...rest } = shape.constraints ?? {};
  const all = template ? [...patterns, template.pattern] : patterns;
  return constraintAttributes({ ...rest, ...(all.length > 0 && { patterns: all }) }, shape.kind);
}

function objectText(attributes: FieldAttributes): string {
  const entries = Object.entries(attributes).map(([name, value]) => {
    return `${name}: ${typeof value === 'string' ? quote(value) : String(value)}`;
  });
  return `{ ${entries.join(', ')} }`;
}
