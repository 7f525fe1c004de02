import { Action, Controller } from 'rocket-io';

export interface Song {
  id: string;
  tags: string[];
  artist: { name: string; born: Date };
}

type Plain<Value> = Value extends Date ? string : Value extends object ? { [Key in keyof Value]: Plain<Value[Key]> } : Value;
type ElementOf<List> = List extends readonly (infer Element)[] ? Element : never;

async function load() {
  return { count: 1, last: null as Date | null };
}

@Controller()
export class TestController {
  @Action()
  echo(params: {
    plain: Plain<Song>;
    element: ElementOf<Song['tags']>;
    name: Song['artist']['name'];
    either: Song['id' | 'tags'];
    key: keyof Song;
    some: Extract<'a' | 'b' | 1, string>;
    others: Exclude<'a' | 'b' | 'c', 'a'>;
    there: NonNullable<string | null | undefined>;
    loaded: Awaited<ReturnType<typeof load>>;
    first: Parameters<(song: Song) => void>[0];
  }): void {
    void params;
  }
}
