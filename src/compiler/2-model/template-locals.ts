import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';

/** What a template is given. A template without has no locals. */
export interface TemplateLocals {
  /** The type as its author wrote it, each type of the app replaced by its shape. */
  readonly type: readonly (string | Shape)[];
  /** The client action whose arguments these are, and nothing else. */
  readonly call?: string;
  /** Whether they are of several types, each with names of its own. */
  readonly isUnion: boolean;
  /** The names that the template may use. */
  readonly names: readonly string[];
  /** Whether they may be left out altogether. */
  readonly optional: boolean;
}

/** The arguments of the client action of the same name. */
export function localsOfCall(contract: Contract, call: string): TemplateLocals | undefined {
  const args = argsOf(contract, call);
  if (args === undefined) return undefined;
  const names = new Set(propertiesOf(contract, args).map(({ name }) => name));
  const isUnion = behind(contract, args)?.kind === 'union';
  return { type: [`Args<'${call}'>`], call, isUnion, names: [...names], optional: false };
}

export function argsOf(contract: Contract, call: string): Shape | undefined {
  for (const { name, clientActions } of contract.controllers) {
    const action = clientActions.find((one) => `${name}.${one.name}` === call);
    if (action) return action.args;
  }
  return undefined;
}

/** Whether nothing has to be given: an object without required properties. */
export function isAllOptional(contract: Pick<Contract, 'types'>, shape: Shape): boolean {
  const found = behind(contract, shape);
  return found?.kind === 'object' && found.properties.every(({ optional }) => optional);
}

/** A shape with its name looked up. */
export function behind({ types }: Pick<Contract, 'types'>, shape: Shape): Shape | undefined {
  return shape.kind === 'ref' ? types[shape.name] : shape;
}

/** The properties of an object, or of any member of a union of objects. */
export function propertiesOf(
  { types }: Pick<Contract, 'types'>,
  shape: Shape,
): readonly { readonly name: string; readonly optional: boolean }[] {
  switch (shape.kind) {
    case 'object':
      return shape.properties;
    case 'union':
      return shape.members.flatMap((member) => propertiesOf({ types }, member));
    case 'ref': {
      const named = types[shape.name];
      return named === undefined ? [] : propertiesOf({ types }, named);
    }
    default:
      return [];
  }
}
