import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Connections } from './connections.js';

/**
 * What takes memory that was not taken before: Redis refuses it when it has none left. All else goes on then, so that what is there
 * can be told, taken over and let go of.
 */
const growing = new Set(['append', 'open', 'write', 'enter', 'route']);

/**
 * The engine's Lua: the files of `functions/`, in order, as one text. It is named by its content and never replaced, so that nodes of
 * different versions can work side by side. It is sent to a server that does not have it, whenever that turns out.
 */
export class Library {
  private readonly lua = libraryText();
  private readonly name = `rocket_${sha1(this.lua).slice(0, 12)}`;
  private readonly text = `${this.lua}\nreturn run(KEYS, ARGV)\n`;
  private readonly hash = sha1(this.text);
  /** Undefined: not found out yet. */
  private hasFunctions: boolean | undefined;

  constructor(
    private readonly connections: Connections,
    functions: boolean | undefined,
  ) {
    this.hasFunctions = functions;
  }

  /** Sees to it that the server has the library. @throws RedisTrouble */
  async load(): Promise<void> {
    if (this.hasFunctions === false) return;
    try {
      await this.connections.commandEach('FUNCTION', 'LOAD', this.source());
    } catch (error) {
      if (isAlreadyThere(error)) {
        this.hasFunctions = true;
        return;
      }
      if (this.hasFunctions === undefined && isUnknownCommand(error)) {
        this.hasFunctions = false;
        return;
      }
      throw error;
    }
    this.hasFunctions = true;
  }

  /** @throws RedisTrouble */
  async call(key: string, operation: string, parameters: readonly (string | number)[]): Promise<unknown> {
    if (this.hasFunctions === false) return this.script(key, operation, parameters);
    const name = growing.has(operation) ? this.name : `${this.name}_always`;
    const ask = () => this.connections.command('FCALL', name, 1, key, operation, ...parameters);
    try {
      return await ask();
    } catch (error) {
      if (!hasWord(error, 'Function not found')) throw error;
    }
    await this.load();
    return ask();
  }

  private async script(
    key: string,
    operation: string,
    parameters: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await this.connections.command('EVALSHA', this.hash, 1, key, operation, ...parameters);
    } catch (error) {
      if (!hasWord(error, 'NOSCRIPT')) throw error;
    }
    return this.connections.command('EVAL', this.text, 1, key, operation, ...parameters);
  }

  private source(): string {
    const { name, lua } = this;
    return `#!lua name=${name}
${lua}
redis.register_function('${name}', run)
redis.register_function{function_name='${name}_always', callback=run, flags={'allow-oom'}}
`;
  }
}

/** All of the Lua, which defines a local function `run(KEYS, ARGV)`. */
export function libraryText(): string {
  const folder = new URL('functions/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .sort()
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function isAlreadyThere(error: unknown): boolean {
  return hasWord(error, 'already exists');
}

/** Of Redis before version 7, and of servers that speak its language and have no functions. */
function isUnknownCommand(error: unknown): boolean {
  return hasWord(error, 'unknown command') || hasWord(error, 'unknown subcommand');
}

function hasWord(error: unknown, word: string): boolean {
  return error instanceof Error && error.message.includes(word);
}
