import type { Contract } from '../../contract/contract.js';
import type { Template } from '../1-read/templates.js';
import type { Diagnostics } from '../diagnostics.js';
import type { LocalsResolver } from './resolve-locals.js';
import { localsOfCall, type TemplateLocals } from './template-locals.js';

/** A template with its place in the generated `templates`. */
export interface NamedTemplate extends Template {
  /** `['admin', 'songList', 'index']` for `admin/song-list/index.pug`. */
  readonly name: readonly string[];
  /** Declared in its first line, or else the arguments of the client action of the same name. */
  readonly locals: TemplateLocals | undefined;
}

/** Gives templates their names, sorted by them. A name that is taken or cannot be written is reported. */
export function nameTemplates(
  templates: readonly Template[],
  contract: Contract,
  locals: LocalsResolver,
  diagnostics: Diagnostics,
): NamedTemplate[] {
  const named: NamedTemplate[] = [];
  const taken = new Map<string, string>();
  for (const template of templates) {
    const name = nameOf(template, diagnostics);
    if (name === undefined) continue;
    const other = clash(name, taken);
    if (other !== undefined) {
      report(template, diagnostics, 'duplicate_template', {
        message: `${template.file} cannot be templates.${name.join('.')}: templates.${other.name} is ${other.owner}`,
        cure: 'Rename the file or the folder.',
      });
      continue;
    }
    taken.set(name.join('.'), template.file);
    for (let depth = 1; depth < name.length; depth++) {
      const folder = name.slice(0, depth).join('.');
      if (!taken.has(folder)) taken.set(folder, 'the folder of other templates');
    }
    named.push({
      ...template,
      name,
      locals: locals.resolve(template) ?? localsOfCall(contract, callOf(name)),
    });
  }
  return named.sort((a, b) => (a.name.join('.') < b.name.join('.') ? -1 : 1));
}

function nameOf(template: Template, diagnostics: Diagnostics): string[] | undefined {
  const name = template.path.map(camelCase);
  const bad = name.findIndex((part) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(part) || part.startsWith('__'));
  if (bad < 0) return name;
  report(template, diagnostics, 'bad_template_name', {
    message: `"${template.path[bad]}" cannot be part of a template's name`,
    cure: 'Begin with a letter, and use letters, digits, dashes and underscores.',
  });
  return undefined;
}

/** What has the name already, or has it as the folder of other templates, or is one on the way to it. */
function clash(
  name: readonly string[],
  taken: ReadonlyMap<string, string>,
): { name: string; owner: string } | undefined {
  for (let depth = 1; depth <= name.length; depth++) {
    const prefix = name.slice(0, depth).join('.');
    const owner = taken.get(prefix);
    if (owner !== undefined && (depth === name.length || owner.endsWith('.pug')))
      return { name: prefix, owner };
  }
  return undefined;
}

/** `song-list` → `songList`; what can be written in code already stays as it is. */
function camelCase(part: string): string {
  return part.replace(/[-. ]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
}

function callOf(name: readonly string[]): string {
  const controller = name.slice(0, -1).map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return `${controller.join('')}.${name.at(-1)}`;
}

function report(
  { file }: Template,
  diagnostics: Diagnostics,
  code: 'duplicate_template' | 'bad_template_name',
  problem: { message: string; cure: string },
): void {
  diagnostics.report({ code, ...problem, file, line: 1, column: 1, text: '' });
}
