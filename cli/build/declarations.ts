import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A top-level statement of a declaration file as the compiler writes it, with its comment. */
interface Statement {
  readonly name: string;
  readonly text: string;
}

interface DeclarationFile {
  readonly path: string;
  readonly statements: ReadonlyMap<string, Statement>;
  /** Local name → where it comes from. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

/**
 * Some types of a package in one declaration file that imports nothing: the statements that declare them, and
 * those that these need. Reads what `tsc` has written, whose statements begin in the first column.
 *
 * @param entry the declaration file that exports them
 * @param names what the one file exports
 */
export function gatherDeclarations(entry: string, names: readonly string[]): string {
  const files = new Map<string, DeclarationFile>();
  const gathered = new Map<string, { readonly file: string; readonly text: string }>();

  const fileAt = (path: string): DeclarationFile => {
    const known = files.get(path) ?? readDeclarations(path);
    files.set(path, known);
    return known;
  };
  const gather = (path: string, name: string): void => {
    const file = fileAt(path);
    const statement = file.statements.get(name);
    const imported = file.imports.get(name);
    if (statement === undefined) {
      if (imported !== undefined) gather(imported.file, imported.name);
      return;
    }
    const other = gathered.get(name);
    if (other?.file === path) return;
    if (other !== undefined) throw new Error(`Both ${other.file} and ${path} declare ${name}`);
    gathered.set(name, { file: path, text: statement.text });
    for (const word of wordsIn(statement.text)) if (word !== name) gather(path, word);
  };

  for (const name of names) {
    gather(entry, name);
    if (!gathered.has(name)) throw new Error(`${entry} does not declare ${name}`);
  }
  const texts = [...gathered].map(([name, { text }]) => {
    return names.includes(name) ? text : text.replace(/^export (?=\w)/m, '');
  });
  return `${texts.join('\n\n')}\n\nexport {};\n`;
}

function readDeclarations(path: string): DeclarationFile {
  const statements = new Map<string, Statement>();
  const imports = new Map<string, { file: string; name: string }>();
  for (const text of statementsIn(readFileSync(path, 'utf8'))) {
    const from = /^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)';/m.exec(text);
    if (from !== null) {
      const file = join(dirname(path), (from[2] as string).replace(/\.js$/, '.d.ts'));
      for (const part of (from[1] as string).split(',')) {
        const [name = '', local = name] = part
          .trim()
          .replace(/^type /, '')
          .split(' as ');
        imports.set(local, { file, name });
      }
      continue;
    }
    const name =
      /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function) ([\w$]+)/m.exec(
        text,
      )?.[1];
    if (name !== undefined) statements.set(name, { name, text });
  }
  return { path, statements, imports };
}

/** Each with the comment above it. */
function statementsIn(text: string): string[] {
  const statements: string[][] = [];
  let isComment = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('//#')) continue;
    const begins = line.startsWith('/**') || (/^[a-z]/.test(line) && !isComment);
    if (begins) statements.push([]);
    statements.at(-1)?.push(line);
    // The statement below a comment belongs to it.
    isComment = line.startsWith('/**') || (isComment && !/^[a-z]/.test(line));
  }
  return statements.map((lines) => lines.join('\n').trimEnd());
}

/** The names in a statement, comments and texts left out. */
function wordsIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/'[^'\n]*'|`[^`]*`/g, '');
  return [...new Set(code.match(/[A-Za-z_$][\w$]*/g))];
}
