import { Action, Controller } from 'rocket-io';
import type { Plain } from '../models/plain.js';

export interface Item {
  onClick: () => void;
  count: bigint;
  key: symbol;
  // biome-ignore lint/suspicious/noExplicitAny: it is the case.
  loose: any;
  map: Map<string, number>;
  set: Set<string>;
  bytes: Uint8Array;
  later: Promise<string>;
  pattern: `song-${string}`;
  whatever: object;
  holes: (string | undefined)[];
  pair: [string, number?];
  open: { id: string; [key: string]: string };
  matcher: RegExp;
}

export interface Nest<T> {
  inner: Nest<T[]> | null;
}

export class Money {
  amount = 0;
  toJSON(): string {
    return String(this.amount);
  }
}

export interface BadClient {
  show(args: { when: Promise<Date> }): void;
}

@Controller<BadClient>()
export class BadController {
  @Action()
  take({ item }: { item: Item }): void {
    void item;
  }

  @Action()
  give(): Plain {
    return { run: () => {} };
  }

  @Action()
  generic<T>(params: { value: T }): void {
    void params;
  }

  @Action()
  endless(nest: Nest<string>): void {
    void nest;
  }

  @Action()
  money(): Money {
    return new Money();
  }

  @Action()
  perhaps(): string | undefined {
    return undefined;
  }

  @Action()
  inferred() {
    return new Map([['a', 1]]);
  }
}
