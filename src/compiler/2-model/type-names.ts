import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';

/** Names that the generated declarations give a meaning of their own. */
const taken = [
  ...[
    'ServerActions',
    'ClientActions',
    'Args',
    'Params',
    'Result',
    'RocketClient',
    'Register',
    'NoArguments',
  ],
  ...[
    'Client',
    'ClientController',
    'ConnectOptions',
    'StartOptions',
    'Html',
    'Array',
    'Date',
    'Promise',
    'Record',
  ],
  ...[
    'Map',
    'ReadonlyMap',
    'Set',
    'ReadonlySet',
    'Uint8Array',
    'ArrayBuffer',
    'Blob',
    'UploadedFile',
    'Stream',
    'CallError',
    'CallErrorOf',
    'RocketError',
    'Declarations',
    'Declared',
    'Tied',
  ],
];

/**
 * The named types of a contract: every interface, class, enum and alias of an object or union that
 * something in it uses. Names are given in the order of the walk, so that equal sources get equal names.
 */
export class TypeNames {
  readonly shapes = new Map<string, Shape | undefined>();
  private readonly names = new Map<ts.Type, string>();
  private readonly taken = new Set(taken);

  constructor(private readonly isLibrary: (symbol: ts.Symbol) => boolean) {}

  /** Keeps a name for something else that will be declared beside the types. */
  reserve(name: string): void {
    this.taken.add(name);
  }

  /** The name of a type that was met before. */
  get(type: ts.Type): string | undefined {
    return this.names.get(type);
  }

  /** Gives a type its name; undefined for one that has none and is written out where it is used. */
  name(type: ts.Type): string | undefined {
    const base = this.describe(type);
    return base === undefined ? undefined : this.give(type, base);
  }

  /** Gives a type this name, or one like it if that is taken. */
  give(type: ts.Type, base: string): string {
    let name = base;
    for (let count = 2; this.taken.has(name); count++) name = `${base}${count}`;
    this.taken.add(name);
    this.names.set(type, name);
    this.shapes.set(name, undefined);
    return name;
  }

  /** `SongView`, or `PageOfSongView` for `Page<SongView>`. */
  private describe(type: ts.Type): string | undefined {
    const alias = type.aliasSymbol;
    if (alias && !this.isLibrary(alias)) return this.applied(alias.name, type.aliasTypeArguments);
    const symbol = type.symbol as ts.Symbol | undefined;
    const nameable = ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.Enum;
    if (symbol === undefined || !(symbol.flags & nameable) || this.isLibrary(symbol)) return undefined;
    if (!/^[A-Za-z_]\w*$/.test(symbol.name) || symbol.name === 'default') return undefined;
    return this.applied(symbol.name, typeArguments(type));
  }

  private applied(name: string, args: readonly ts.Type[] | undefined): string {
    const words = (args ?? []).map((arg) => this.names.get(arg) ?? this.describe(arg) ?? intrinsicName(arg));
    return words.length > 0 && words.every((word) => word !== undefined)
      ? `${name}Of${words.join('And')}`
      : name;
  }
}

function typeArguments(type: ts.Type): readonly ts.Type[] | undefined {
  const { target, typeArguments } = type as ts.TypeReference;
  // The last argument of a class or interface is its own `this`.
  return target?.typeParameters && typeArguments?.slice(0, target.typeParameters.length);
}

function intrinsicName(type: ts.Type): string | undefined {
  const flags = ts.TypeFlags;
  if (type.flags & flags.String) return 'String';
  if (type.flags & flags.Number) return 'Number';
  if (type.flags & flags.Boolean) return 'Boolean';
  if (type.flags & flags.BigInt) return 'Bigint';
  return type.symbol?.name === 'Date' ? 'Date' : undefined;
}
