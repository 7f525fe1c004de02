import { Action, Controller } from 'rocket-io';

export interface Page<Item> {
  items: Item[];
  next: Cursor<Item> | null;
}

export interface Cursor<Item> {
  after: string;
  first?: Item;
}

export type Loaded<Value, Problem = string> = { ok: true; value: Value } | { ok: false; problem: Problem };

export class Box<Value> {
  constructor(readonly value: Value) {}
}

export interface Song {
  id: string;
}

@Controller()
export class TestController {
  @Action()
  songs(): Page<Song> {
    return { items: [], next: null };
  }

  @Action()
  names(): Page<string> {
    return { items: [], next: null };
  }

  @Action()
  load(): Loaded<Song> {
    return { ok: false, problem: '' };
  }

  @Action()
  boxed(): Box<Box<Date>> {
    return new Box(new Box(new Date()));
  }

  @Action()
  bounded<Item extends Song>({ item }: { item: Item }): Item[] {
    return [item];
  }
}
