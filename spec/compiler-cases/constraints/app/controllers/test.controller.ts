import { Action, Controller } from 'rocket-io';
import type {
  Email,
  ExclusiveMax,
  ExclusiveMin,
  Integer,
  Max,
  MaxItems,
  MaxLength,
  Min,
  MinItems,
  MinLength,
  MultipleOf,
  Pattern,
  UniqueItems,
  Url,
  Uuid,
} from 'rocket-io';

export type Title = string & MinLength<1> & MaxLength<100>;

export interface SongFields {
  /** What it is called. */
  title: Title;
  artist: string & MinLength<1>;
  isrc?: string & Pattern<'[A-Z]{2}[A-Z0-9]{3}[0-9]{7}'>;
  code: (string & Pattern<'[a-z/]+'> & Pattern<'.{3}'>) | null;
  contact: string & Email;
  page?: string & Url;
  key: string & Uuid;
  year: number & Integer & Min<1860> & Max<2100>;
  rating: number & ExclusiveMin<0> & ExclusiveMax<10>;
  price: number & Min<0> & MultipleOf<0.05>;
  plays: bigint & Min<0>;
  tags: (string & MinLength<1>)[] & MinItems<1> & MaxItems<10> & UniqueItems;
  aliases: Set<string & MaxLength<50>> & MaxItems<3>;
  either: (string & MinLength<2>) | (number & Min<5>);
  size: ('s' | 'l') & MinLength<1>;
  /** Checked twice: the stricter counts. */
  twice: string & MinLength<1> & MinLength<3> & MaxLength<9> & MaxLength<5>;
}

@Controller()
export class TestController {
  @Action()
  create({ song }: { song: SongFields }): Title {
    return song.title;
  }

  @Action()
  show({ id }: { id: string }): void {
    void id;
  }
}
