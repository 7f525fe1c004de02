/**
 * Where the framework's types meet an application's: the generated `.rocket/server.d.ts` augments
 * `Register`, and from then on `transmit` and `redirect` know every call and its arguments.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the generated declarations.
export interface Register {}

/** Calls a client can receive: name → arguments. Any, untyped, until the app is compiled. */
export type ClientActions = Register extends { clientActions: infer Actions }
  ? Actions
  : Record<string, unknown>;

/** Calls a server can receive: name → params. Any, untyped, until the app is compiled. */
export type ServerActions = Register extends { serverActions: infer Actions }
  ? Actions
  : Record<string, unknown>;

/** All the ways to write "no arguments". */
export type NoArguments = '' | null | undefined | Readonly<Record<string, never>>;

/**
 * What a server transmits: one or more calls on client controllers, run in key order.
 *
 * @example { 'Song.show': { song }, 'App.showMessage': { title: 'Notice', msg: 'Saved' } }
 */
export type ClientMessage = { readonly [Name in keyof ClientActions]?: ClientActions[Name] };

/** What a redirect names: one or more server actions with their params, run in key order. */
export type ServerMessage = { readonly [Name in keyof ServerActions]?: ServerActions[Name] };

/**
 * Who a connection belongs to, as its authenticator says. An app adds its own fields:
 *
 * @example declare module 'rocket-io' { interface Identity { readonly name: string } }
 */
export interface Identity {
  /** The user's id: the same on every tab and device. */
  readonly id: string;
}
