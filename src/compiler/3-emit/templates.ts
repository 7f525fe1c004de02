import { isTemplateHelper } from '../../contract/helpers.js';
import type { Shape } from '../../contract/shape.js';
import type { NamedTemplate } from '../2-model/name-templates.js';
import { docComment, header, importText, type OutputFile, outputFolder, sections } from './source-text.js';
import { typeDeclarations, typeText } from './type-text.js';

const from = 'the templates in app/views';

/** The templates as functions, in one module. */
export function templatesCode(templates: readonly NamedTemplate[]): OutputFile {
  const used = new Set(templates.flatMap(({ names }) => names.filter(isTemplateHelper)));
  const imports: string[] = [...used];
  if (templates.some(({ body }) => /\bpug\./.test(body))) imports.push('pug');
  const text = sections(
    header(from),
    importText(imports, 'rocket-io/client'),
    `export const templates = ${tree(templates, (template) => `: ${functionName(template)},`, '')};`,
    ...templates.map(functionText),
  );
  return { path: `${outputFolder}/templates.js`, text };
}

/** Their types: what each is given, with the types of the app that this names. */
export function templatesTypes(
  templates: readonly NamedTemplate[],
  types: Readonly<Record<string, Shape>>,
): OutputFile {
  const written = new Map(templates.map((template) => [template, parameterText(template)] as const));
  const used = [...written.values()].join('\n');
  const fromClient = ['Args', 'Params', 'Result'].filter((name) => new RegExp(`\\b${name}<`).test(used));
  const imports = [
    ...(templates.length > 0 ? [importText(['Html'], 'rocket-io/client', true)] : []),
    ...(fromClient.length > 0 ? [importText(fromClient, './client.js', true)] : []),
  ];
  const text = sections(
    header(from),
    imports.join('\n'),
    typeDeclarations({ types }, { writes: false }),
    `export declare const templates: ${tree(templates, (template) => `(${written.get(template)}): Html;`, '')};`,
  );
  return { path: `${outputFolder}/templates.d.ts`, text };
}

function parameterText({ locals }: NamedTemplate): string {
  if (locals === undefined) return '';
  const parts = locals.type.map((part) => {
    if (typeof part === 'string') return part;
    const text = typeText(part, { writes: false });
    return part.kind === 'union' ? `(${text})` : text;
  });
  return `locals${locals.optional ? '?' : ''}: ${parts.join('')}`;
}

/** Folders become objects. */
function tree(
  templates: readonly NamedTemplate[],
  leaf: (template: NamedTemplate) => string,
  indent: string,
  depth = 0,
): string {
  const groups = new Map<string, NamedTemplate[]>();
  for (const template of templates) {
    const part = template.name[depth] as string;
    groups.set(part, [...(groups.get(part) ?? []), template]);
  }
  const inner = `${indent}  `;
  // The declarations end their members as types do, the code as objects do.
  const end = templates[0] && leaf(templates[0]).endsWith(';') ? ';' : ',';
  const lines = [...groups].map(([part, group]) => {
    const [first] = group;
    if (first && first.name.length === depth + 1)
      return `${docComment(first.file, inner)}${inner}${part}${leaf(first)}\n`;
    return `${inner}${part}: ${tree(group, leaf, inner, depth + 1)}${end}\n`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

/**
 * The names that a template uses are parameters of an inner function. Each is filled from the locals, or
 * else from the helper of that name, and from nothing else.
 */
function functionText(template: NamedTemplate): string {
  const { names, body, file } = template;
  const values = names.map(
    (name) => `    '${name}' in locals ? locals.${name} : ${isTemplateHelper(name) ? name : 'undefined'},\n`,
  );
  const call = names.length === 0 ? '})();' : `})(\n${values.join('')}  );`;
  return [
    `${docComment(file)}function ${functionName(template)}(locals = {}) {`,
    '  let pug_html = "", pug_mixins = {}, pug_interp;',
    `  (function (${names.join(', ')}) {`,
    body,
    `  ${call}`,
    '  return pug_html;',
    '}',
  ].join('\n');
}

/** No template can use a name with a `$` by accident: names of templates have none, and parts are joined by it. */
function functionName({ name }: NamedTemplate): string {
  return `template$${name.join('$')}`;
}
