import fc from 'fast-check';

/** A type for the fuzzer: as the app writes it, as its values are on the wire, and values that mostly fit. */
export interface FuzzType {
  /** What the action declares. */
  readonly declared: string;
  /** A type of plain JSON that has the same values: `${bigint}` for bigint, an array for a Set. */
  readonly wire: string;
  readonly values: fc.Arbitrary<unknown>;
}

/** Types that the fuzzed ones refer to, declared and as they are on the wire. */
export const declarations = {
  declared: 'export interface Tree { name: string; left?: Tree; rest: Tree[] }',
  wire: 'interface Tree { name: string; left?: Tree; rest: Tree[] }',
};

const texts = ['x', 'a b', '', '12', '-5', '2024-01-01', 'AQID', 'a-1', '5px', 'circle', 'dot'];
const junk = fc.oneof(
  fc.constantFrom<unknown>(...texts, 0, 1, -1.5, 12, true, false, null),
  fc.constantFrom<unknown>([], {}, ['x'], [1, 2], { a: 1 }, { a: 'x', b: null }, { kind: 'dot' }),
);

/** Mostly what fits, sometimes anything. */
function biased(fitting: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 15, arbitrary: fitting }, { weight: 1, arbitrary: junk });
}

function leaf(declared: string, wire: string, ...values: readonly unknown[]): FuzzType {
  return { declared, wire, values: biased(fc.constantFrom(...values)) };
}

const leaves: readonly FuzzType[] = [
  leaf('string', 'string', ...texts),
  leaf('number', 'number', 0, 1, -1.5),
  leaf('boolean', 'boolean', true, false),
  leaf('null', 'null', null),
  leaf('unknown', 'unknown', null, 1, 'x', [1], { a: [] }),
  leaf('Date', "'2024-01-01'", '2024-01-01'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type.
  leaf('bigint', '`${bigint}`', '12', '-5'),
  leaf('Uint8Array', "'' | 'AQID'", '', 'AQID'),
  leaf("'circle'", "'circle'", 'circle'),
  leaf("'x' | 1 | null", "'x' | 1 | null", 'x', 1, null),
  leaf('true', 'true', true),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type.
  leaf('`a-${string}`', '`a-${string}`', 'a-1'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type.
  leaf('`${number}px`', '`${number}px`', '5px'),
  leaf('(string & MinLength<0>)', 'string', ...texts),
  leaf(
    'Tree',
    'Tree',
    { name: 'x', rest: [] },
    { name: '', left: { name: 'x', rest: [] }, rest: [] },
    { name: 'x' },
  ),
];

const names = ['a', 'b', 'c', 'kind', 'with-dash'] as const;

interface FuzzProperty {
  readonly name: string;
  readonly optional: boolean;
  readonly type: FuzzType;
}

/** An object with at least one required property: TypeScript compares others in a way of its own. */
function object(properties: readonly FuzzProperty[]): FuzzType {
  const text = (side: 'declared' | 'wire') =>
    `{ ${properties.map(({ name, optional, type }) => `'${name}'${optional ? '?' : ''}: ${type[side]}`).join('; ')} }`;
  const entries = properties.map(({ name, optional, type }) => {
    const missing = fc.constant<unknown>(undefined);
    return fc
      .oneof({ weight: optional ? 4 : 20, arbitrary: type.values }, { weight: 1, arbitrary: missing })
      .map((value) => [name, value] as const);
  });
  const values = fc.tuple(fc.option(junk, { freq: 8, nil: undefined }), ...entries).map(([extra, ...all]) => {
    const kept = [['extra', extra] as const, ...all].filter(([, value]) => value !== undefined);
    return Object.fromEntries(kept);
  });
  return { declared: text('declared'), wire: text('wire'), values: biased(values) };
}

function wrapped(type: FuzzType, declared: string, wire: string, values: fc.Arbitrary<unknown>): FuzzType {
  return {
    declared: declared.replaceAll('T', type.declared),
    wire: wire.replaceAll('T', type.wire),
    values: biased(values),
  };
}

function properties(type: fc.Arbitrary<FuzzType>): fc.Arbitrary<readonly FuzzProperty[]> {
  const property = fc.record({ name: fc.constantFrom(...names), optional: fc.boolean(), type });
  return fc
    .uniqueArray(property, { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .map(([first, ...rest]) => (first ? [{ ...first, optional: false }, ...rest] : []));
}

function record(type: FuzzType): FuzzType {
  const values = fc.dictionary(fc.constantFrom('a', 'b', 'k1'), type.values, { maxKeys: 3 });
  return wrapped(type, '{ [key: string]: T }', '{ [key: string]: T }', values);
}

function keyed(type: FuzzType): FuzzType {
  const values = fc.dictionary(fc.constantFrom('a', 'k1', 'k2'), type.values, { maxKeys: 3 });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type.
  return wrapped(type, '{ [key: `k${number}`]: T }', '{ [key: `k${number}`]: T }', values);
}

function tuple(types: readonly FuzzType[], optional: boolean, rest: boolean): FuzzType {
  const text = (side: 'declared' | 'wire') => {
    const places = types.map((type, index) => {
      const isLast = index === types.length - 1;
      if (isLast && rest) return `...(${type[side]})[]`;
      return `(${type[side]})${isLast && optional ? '?' : ''}`;
    });
    return `[${places.join(', ')}]`;
  };
  const values = fc.tuple(...types.map((type) => type.values)).chain((all) => {
    const last = all.at(-1);
    return fc.constantFrom(all, all, all, all.slice(0, -1), [...all, last]);
  });
  return { declared: text('declared'), wire: text('wire'), values: biased(values) };
}

function union(types: readonly FuzzType[]): FuzzType {
  const text = (side: 'declared' | 'wire') => `(${types.map((type) => type[side]).join(' | ')})`;
  return {
    declared: text('declared'),
    wire: text('wire'),
    values: fc.oneof(...types.map(({ values }) => values)),
  };
}

/** Two objects in one, of properties with different names. */
function both(first: FuzzType, second: FuzzType): FuzzType {
  const values = fc
    .tuple(first.values, second.values)
    .map(([a, b]) => (isObject(a) && isObject(b) ? { ...a, ...b } : a));
  return {
    declared: `(${first.declared} & ${second.declared})`,
    wire: `(${first.wire} & ${second.wire})`,
    values,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const fuzzType: fc.Arbitrary<FuzzType> = fc.letrec<{ type: FuzzType }>((tie) => {
  const type = tie('type');
  const tagged = fc
    .constantFrom('circle', 'dot')
    .chain((kind) =>
      properties(type).map((all) =>
        object([
          { name: 'kind', optional: false, type: leaf(`'${kind}'`, `'${kind}'`, kind) },
          ...all.filter(({ name }) => name !== 'kind'),
        ]),
      ),
    );
  const list = (values: fc.Arbitrary<unknown>) => fc.array(values, { maxLength: 3 });
  return {
    type: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: fc.constantFrom(...leaves) },
      { weight: 4, arbitrary: properties(type).map(object) },
      { weight: 2, arbitrary: type.map((one) => wrapped(one, '(T)[]', '(T)[]', list(one.values))) },
      { weight: 1, arbitrary: type.map((one) => wrapped(one, 'Set<T>', '(T)[]', list(one.values))) },
      {
        weight: 1,
        arbitrary: type.map((one) =>
          wrapped(
            one,
            'Map<string, T>',
            '[string, T][]',
            list(fc.tuple(fc.constantFrom(...texts), one.values)),
          ),
        ),
      },
      { weight: 1, arbitrary: type.map(record) },
      { weight: 1, arbitrary: type.map(keyed) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.array(type, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
          .map(([types, optional, rest]) => tuple(types, optional, rest)),
      },
      { weight: 3, arbitrary: fc.array(type, { minLength: 2, maxLength: 3 }).map(union) },
      { weight: 2, arbitrary: fc.tuple(tagged, tagged).map(union) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(properties(type), type)
          .map(([all, one]) =>
            both(
              object(all.map((property, index) => ({ ...property, name: `p${index}` }))),
              object([{ name: 'other', optional: false, type: one }]),
            ),
          ),
      },
    ),
  };
}).type;

/** A JSON value as the type that has it alone. */
export function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(typeOfValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${typeOfValue(inner)}`,
  );
  return `{ ${entries.join('; ')} }`;
}
