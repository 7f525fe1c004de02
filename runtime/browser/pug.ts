import runtime from 'pug-runtime';

/** What compiled templates call: the runtime of Pug, shared by all of them. */
export interface PugRuntime {
  attr(name: string, value: unknown, escaped: boolean, terse: boolean): string;
  attrs(values: object, terse: boolean): string;
  classes(value: unknown, escaping?: readonly boolean[]): string;
  escape(text: unknown): string;
  merge(first: object, second: object): object;
  rethrow(error: unknown, file: string, line: number, source?: string): never;
  style(value: unknown): string;
}

export const pug: PugRuntime = runtime;
