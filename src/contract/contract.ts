import type { Shape } from './shape.js';

/**
 * What an app promises: every action a client may call, every client action the server may call. Plain
 * data in a fixed order, so that equal promises have equal bytes and one hash.
 */
export interface Contract {
  readonly version: 1;
  /** Sorted by name. */
  readonly controllers: readonly ControllerContract[];
  /** Shapes that are recursive or used by name more than once, sorted by name. */
  readonly types: Readonly<Record<string, Shape>>;
}

export interface ControllerContract {
  /** The class name less `Controller`: `Song`. */
  readonly name: string;
  readonly doc?: string;
  readonly source: SourcePlace;
  /** What clients may call, in the order of declaration. */
  readonly actions: readonly ActionContract[];
  /** What the server may call on the client controller of the same name, in the order of declaration. */
  readonly clientActions: readonly ClientActionContract[];
}

export interface ActionContract {
  readonly name: string;
  readonly doc?: string;
  readonly source: SourcePlace;
  /** Undefined: the action takes no arguments. */
  readonly params?: Shape;
  /** Undefined: the action answers with nothing. */
  readonly result?: Shape;
  /** What a streaming action gives, one by one, before its result. Undefined: it does not stream. */
  readonly items?: Shape;
  /** Properties that nobody declared are refused. Undefined: they are taken off. */
  readonly unknown?: 'refuse';
}

export interface ClientActionContract {
  readonly name: string;
  readonly doc?: string;
  readonly source: SourcePlace;
  /** Undefined: the client action takes no arguments. */
  readonly args?: Shape;
}

/** Where something was declared: a path from the project folder with `/`, and a line and column from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
