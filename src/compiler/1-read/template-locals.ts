/** The first line of a template that declares its locals: `//- @locals { song: SongView } from '../../models/song.ts'`. */
export interface LocalsDeclaration {
  /** A TypeScript type. */
  readonly type: string;
  /** Where it begins in the text of the template. */
  readonly offset: number;
  /** The module that exports the types it names. */
  readonly from?: { readonly path: string; readonly offset: number };
}

/** Where the text says `@locals`, and what of it can be understood. */
export interface FoundLocals {
  readonly declaration: LocalsDeclaration | undefined;
  /** What is wrong with it otherwise. */
  readonly fault: string | undefined;
  readonly offset: number;
}

/** Reads the declaration of locals, which may go on in the lines that are indented below the first. */
export function readLocals(text: string): FoundLocals | undefined {
  const comment = /^[ \t]*\/\/(-?)[ \t]*@locals\b([^\n]*(?:\n(?:[ \t]+[^\n]*|(?=\n)))*)/m.exec(text);
  if (comment === null) return undefined;
  const [whole, dash, body = ''] = comment;
  const offset = comment.index + whole.indexOf('//');
  const fault = (message: string): FoundLocals => ({ declaration: undefined, fault: message, offset });
  if (text.slice(0, comment.index).trim() !== '') return fault('@locals does not stand in the first line');
  if (dash === '') return fault('The comment with @locals would be sent to the page');
  const start = comment.index + whole.length - body.length;
  const from = /\sfrom\s+(['"])([^'"\n]+)\1\s*$/.exec(body);
  const typed = from === null ? body : body.slice(0, from.index);
  const type = typed.trim();
  if (type === '') return fault('@locals is not followed by a type');
  return {
    declaration: {
      type,
      offset: start + typed.indexOf(type),
      ...(from && {
        from: { path: from[2] as string, offset: start + from.index + from[0].search(/['"]/) + 1 },
      }),
    },
    fault: undefined,
    offset,
  };
}
