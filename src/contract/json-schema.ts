import type { Constraints } from './constraints.js';
import type { ObjectShape, PropertyShape, RecordShape, Shape, TextTemplate, TupleShape } from './shape.js';

/** A JSON Schema of draft 7, which AsyncAPI takes as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const formats = { email: 'email', url: 'uri', uuid: 'uuid' } as const;

/**
 * A shape as the schema of its JSON: dates, big numbers and bytes as the text that they are on the wire, maps as
 * lists of pairs.
 *
 * @param refer where the schema of a named type stands
 */
export function jsonSchema(shape: Shape, refer: (name: string) => string): JsonSchema {
  const inner = (one: Shape) => jsonSchema(one, refer);
  switch (shape.kind) {
    case 'string':
      return { type: 'string', ...textRules(shape.constraints, shape.template) };
    case 'number':
      return { type: shape.constraints?.integer ? 'integer' : 'number', ...numberRules(shape.constraints) };
    case 'bigint':
      return { type: 'string', pattern: '^-?\\d+$', description: 'A whole number of any size.' };
    case 'boolean':
    case 'null':
      return { type: shape.kind };
    case 'date':
      return { type: 'string', format: 'date-time' };
    case 'json':
      return {};
    case 'literal':
      return { const: shape.value };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'file':
      return { description: 'A file that is sent along.' };
    case 'array':
      return { type: 'array', items: inner(shape.element), ...listRules(shape.constraints) };
    case 'set':
      return {
        type: 'array',
        items: inner(shape.element),
        uniqueItems: true,
        ...listRules(shape.constraints),
      };
    case 'map':
      return {
        type: 'array',
        items: pair(inner(shape.key), inner(shape.value)),
        ...listRules(shape.constraints),
      };
    case 'tuple':
      return tupleSchema(shape, inner);
    case 'record':
      return { type: 'object', ...openProperties(shape, inner) };
    case 'object':
      return objectSchema(shape, inner);
    case 'union':
      return unionSchema(shape.members, inner);
    case 'ref':
      return { $ref: refer(shape.name) };
  }
}

type Inner = (shape: Shape) => JsonSchema;

function objectSchema({ properties, rest }: ObjectShape, inner: Inner): JsonSchema {
  const required = properties.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      properties.map((property) => [property.name, documented(property, inner)]),
    ),
    ...(required.length > 0 && { required }),
    ...(rest && openProperties(rest, inner)),
  };
}

/** A reference stands alone: what is beside it is overlooked. */
function documented({ doc, shape }: PropertyShape, inner: Inner): JsonSchema {
  const schema = inner(shape);
  if (doc === undefined) return schema;
  return '$ref' in schema ? { allOf: [schema], description: doc } : { ...schema, description: doc };
}

function openProperties({ key, value }: RecordShape, inner: Inner): JsonSchema {
  return key === undefined
    ? { additionalProperties: inner(value) }
    : { patternProperties: { [whole(key.pattern)]: inner(value) }, additionalProperties: false };
}

function tupleSchema({ elements, optional = 0, rest }: TupleShape, inner: Inner): JsonSchema {
  const least = elements.length - optional;
  // A draft of JSON Schema ago, a list of no schemas was no schema.
  if (elements.length === 0) return { type: 'array', ...(rest ? { items: inner(rest) } : { maxItems: 0 }) };
  return {
    type: 'array',
    items: elements.map(inner),
    additionalItems: rest ? inner(rest) : false,
    ...(least > 0 && { minItems: least }),
  };
}

function pair(key: JsonSchema, value: JsonSchema): JsonSchema {
  return { type: 'array', items: [key, value], additionalItems: false, minItems: 2 };
}

function unionSchema(members: readonly Shape[], inner: Inner): JsonSchema {
  const literals = members.flatMap((member) => (member.kind === 'literal' ? [member.value] : []));
  if (literals.length === members.length) return { enum: literals };
  const others = members.filter(({ kind }) => kind !== 'literal').map(inner);
  return { anyOf: [...(literals.length > 0 ? [{ enum: literals }] : []), ...others] };
}

function textRules(constraints: Constraints = {}, template: TextTemplate | undefined): JsonSchema {
  const { minLength, maxLength, format, patterns = [] } = constraints;
  const all = [...(template ? [template.pattern] : []), ...patterns].map((pattern) => ({
    pattern: whole(pattern),
  }));
  return {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(format !== undefined && { format: formats[format] }),
    ...(all.length > 1 ? { allOf: all } : all[0]),
  };
}

function numberRules({ min, max, exclusiveMin, exclusiveMax, multipleOf }: Constraints = {}): JsonSchema {
  return {
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(exclusiveMin !== undefined && { exclusiveMinimum: exclusiveMin }),
    ...(exclusiveMax !== undefined && { exclusiveMaximum: exclusiveMax }),
    ...(multipleOf !== undefined && { multipleOf }),
  };
}

function listRules({ minItems, maxItems, uniqueItems }: Constraints = {}): JsonSchema {
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
    ...(uniqueItems && { uniqueItems }),
  };
}

/** Our patterns match whole texts, those of JSON Schema any part of one. */
function whole(pattern: string): string {
  return `^(?:${pattern})$`;
}
