import type { Contract } from '../../contract/contract.js';
import { templateHelpers } from '../../contract/helpers.js';
import type { NamedTemplate } from './name-templates.js';
import { isAllOptional } from './template-locals.js';
import { helperKind, signatureOf } from './template-support.js';

/** The modules that a template as TypeScript imports: the declarations that are generated for the app. */
export const clientModule = 'rocket:client';
export const templatesModule = 'rocket:templates';

/** What stands above the code of a template: its locals, and the calls that its links name. */
export function openingOf(template: NamedTemplate, contract: Contract): string {
  const names = variablesOf(template);
  return [
    `type __Locals = ${localsType(template)};`,
    ...callsOf(template, contract),
    `export function template(this: void, __locals: __Locals, locals: __Locals, { ${names.join(', ')} }: __Locals) {`,
    '',
  ].join('\n');
}

/** The locals that can be the name of a variable. */
export function variablesOf({ locals }: NamedTemplate): readonly string[] {
  return (locals?.names ?? []).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && !reserved.has(name));
}

/** Words that cannot be the name of a variable: such a local is read as `locals.class`. */
const reserved = new Set(
  [
    'arguments await break case catch class const continue debugger default delete do else enum eval export',
    'extends false finally for function if implements import in instanceof interface let new null package',
    'private protected public return static super switch this throw true try typeof var void while with yield',
    'locals',
  ].flatMap((line) => line.split(' ')),
);

/** In the plainest form, since it is looked at for every template. */
function localsType({ locals, name }: NamedTemplate): string {
  if (locals === undefined) return '{}';
  const declared = `NonNullable<Parameters<typeof import('${templatesModule}').templates.${name.join('.')}>[0]>`;
  const type = locals.call ? `import('${clientModule}').ClientActions['${locals.call}']` : declared;
  return locals.isUnion ? `__Filled<${type}>` : type;
}

/**
 * The params of the calls that the template names; any other is found by its name alone. All the calls of an
 * app would be looked at for each link.
 */
function callsOf({ sources }: NamedTemplate, contract: Contract): readonly string[] {
  const text = [...sources.values()].map((source) => source.text).join('\n');
  const links = templateHelpers.filter((name) => helperKind(name) === 'link' && text.includes(name));
  if (links.length === 0) return [];
  const named = new Set(text.match(/[A-Z]\w*\.[a-z_]\w*/g));
  const calls = contract.controllers.flatMap(({ name, actions }) =>
    actions.flatMap(({ name: action, params }) => {
      const call = `${name}.${action}`;
      if (!named.has(call)) return [];
      const given = params ? `import('${clientModule}').ServerActions['${call}']['params']` : 'NoParams';
      const mayBeNothing = params && isAllOptional(contract, params);
      return `  readonly '${call}'?: ${given}${mayBeNothing ? ' | NoParams' : ''};`;
    }),
  );
  return [
    'interface Calls {',
    ...calls,
    '  readonly [call: string]: unknown;',
    '}',
    ...links.map((name) => `declare function ${name}${signatureOf(name)};`),
  ];
}
