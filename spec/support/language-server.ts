import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { repository } from './repository.js';

/** What an editor asks of TypeScript, about a name at a place. */
export interface LanguageServer {
  /** Sorted, as `file:line`. */
  definition(place: Place): Promise<string[]>;
  /** Sorted, as `file:line`. */
  references(place: Place): Promise<string[]>;
  /** What a rename would write; nothing is changed. */
  rename(place: Place, name: string): Promise<Edit[]>;
  close(): Promise<void>;
}

export interface Edit {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly length: number;
  readonly text: string;
}

export interface Place {
  readonly file: string;
  /** Some text of the file with `|` before the name that is meant. */
  readonly text: string;
}

/** The language server of TypeScript 6, as VS Code runs it. */
export function tsserver(root: string, open: readonly string[]): LanguageServer {
  const server = join(repository, 'node_modules/typescript6/lib/tsserver.js');
  const child = spawn(process.execPath, [server, '--disableAutomaticTypingAcquisition'], { cwd: root });
  const line = new Line(child, (id, method, params) => {
    child.stdin.write(
      `${JSON.stringify({ seq: id, type: 'request', command: method, arguments: params })}\n`,
    );
  });
  // As VS Code asks for it: a shorthand is written out where only one side of it is renamed.
  line.tell('configure', { preferences: { providePrefixAndSuffixTextForRename: true } });
  for (const file of open) line.tell('open', { file: join(root, file) });
  const ask = async <Answer>(command: string, { file, text }: Place): Promise<Answer> => {
    const { line: number, column } = locate(root, file, text);
    const place = { file: join(root, file), line: number + 1, offset: column + 1 };
    return (await line.ask(command, place)) as Answer;
  };
  const show = ({ file, start }: { file: string; start: { line: number } }) =>
    named(root, file, start.line - 1);
  return {
    definition: async (place) => sorted((await ask<FileSpan[]>('definition', place)).map(show)),
    references: async (place) =>
      sorted((await ask<{ refs: FileSpan[] }>('references', place)).refs.map(show)),
    rename: async (place, name) => {
      const { locs } = await ask<{ locs: { file: string; locs: RenamedSpan[] }[] }>('rename', place);
      return locs.flatMap(({ file, locs }) =>
        locs.map(({ start, end, prefixText = '', suffixText = '' }) => ({
          file: path(root, file),
          ...{ line: start.line - 1, column: start.offset - 1, length: end.offset - start.offset },
          text: `${prefixText}${name}${suffixText}`,
        })),
      );
    },
    close: () => line.close(),
  };
}

interface FileSpan {
  readonly file: string;
  readonly start: { readonly line: number };
}

interface RenamedSpan {
  readonly start: { readonly line: number; readonly offset: number };
  readonly end: { readonly offset: number };
  readonly prefixText?: string;
  readonly suffixText?: string;
}

/** The language server of TypeScript 7. */
export async function nativeServer(root: string, open: readonly string[]): Promise<LanguageServer> {
  const child = spawn(nativeExecutable(), ['--lsp', '--stdio'], { cwd: root });
  const write = (message: object) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  };
  const line = new Line(
    child,
    (id, method, params) => write({ id, method, params }),
    (id) => write({ id, result: null }),
  );
  const uri = (file: string) => pathToFileURL(join(root, file)).href;
  await line.ask('initialize', { processId: process.pid, rootUri: uri('.'), capabilities: {} });
  write({ method: 'initialized', params: {} });
  for (const file of open) {
    const text = readFileSync(join(root, file), 'utf8');
    const textDocument = { uri: uri(file), languageId: 'typescript', version: 1, text };
    write({ method: 'textDocument/didOpen', params: { textDocument } });
  }
  const ask = async <Answer>(method: string, { file, text }: Place, more: object = {}): Promise<Answer> => {
    const { line: number, column } = locate(root, file, text);
    const position = { line: number, character: column };
    return (await line.ask(method, { textDocument: { uri: uri(file) }, position, ...more })) as Answer;
  };
  const show = ({ uri, range }: LspSpan) => named(root, fileURLToPath(uri), range.start.line);
  return {
    definition: async (place) => {
      const found = await ask<LspSpan | LspSpan[]>('textDocument/definition', place);
      return sorted([found].flat().map(show));
    },
    references: async (place) => {
      const context = { context: { includeDeclaration: true } };
      return sorted((await ask<LspSpan[]>('textDocument/references', place, context)).map(show));
    },
    rename: async (place, name) => {
      const { changes } = await ask<{ changes: Record<string, LspEdit[]> }>('textDocument/rename', place, {
        newName: name,
      });
      return Object.entries(changes).flatMap(([uri, edits]) =>
        edits.map(({ range: { start, end }, newText }) => ({
          file: path(root, fileURLToPath(uri)),
          ...{ line: start.line, column: start.character, length: end.character - start.character },
          text: newText,
        })),
      );
    },
    close: () => line.close(),
  };
}

interface LspSpan {
  readonly uri: string;
  readonly range: { readonly start: LspPosition };
}

interface LspEdit {
  readonly range: { readonly start: LspPosition; readonly end: LspPosition };
  readonly newText: string;
}

interface LspPosition {
  readonly line: number;
  readonly character: number;
}

function nativeExecutable(): string {
  const resolve = createRequire(join(repository, 'node_modules/typescript/package.json')).resolve;
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(resolve(platform)), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
}

interface Message {
  readonly id?: number | string;
  readonly request_seq?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly body?: unknown;
  readonly error?: { readonly message: string };
  readonly success?: boolean;
  readonly message?: string;
}

/** A conversation with a server: both frame their messages alike. */
class Line {
  private last = 0;
  private received = Buffer.alloc(0);
  private readonly waiting = new Map<number | string, (message: Message) => void>();

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly send: (id: number, method: string, params: unknown) => void,
    private readonly answer: (id: number | string) => void = () => {},
  ) {
    child.stdout.on('data', (data: Buffer) => this.receive(data));
  }

  /** Says what has no answer. */
  tell(method: string, params: unknown): void {
    this.send(++this.last, method, params);
  }

  async ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.last;
    const answered = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    this.send(id, method, params);
    const { error, success, message, result, body } = await answered;
    if (error !== undefined || success === false) throw new Error(`${method}: ${error?.message ?? message}`);
    return result ?? body;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const closed = once(this.child, 'close');
    this.child.kill();
    await closed;
  }

  private receive(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.received.toString('utf8', 0, end))?.[1]);
      const whole = end + 4 + length;
      if (this.received.length < whole) return;
      const message = JSON.parse(this.received.toString('utf8', end + 4, whole)) as Message;
      this.received = this.received.subarray(whole);
      this.take(message);
    }
  }

  private take(message: Message): void {
    const id = message.request_seq ?? message.id;
    if (id === undefined) return;
    if (message.method !== undefined) return this.answer(id);
    this.waiting.get(id)?.(message);
    this.waiting.delete(id);
  }
}

/** Counted from 0. */
function locate(root: string, file: string, text: string): { line: number; column: number } {
  const content = readFileSync(join(root, file), 'utf8');
  const [before = '', after = ''] = text.split('|');
  const start = content.indexOf(before + after);
  if (start < 0) throw new Error(`${file} does not contain "${before + after}"`);
  const lines = content.slice(0, start + before.length).split('\n');
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}

function named(root: string, file: string, line: number): string {
  return `${path(root, file)}:${line + 1}`;
}

function path(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

function sorted(places: readonly string[]): string[] {
  return [...new Set(places)].sort();
}
