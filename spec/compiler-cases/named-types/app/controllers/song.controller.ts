import { Action, Controller } from 'rocket-io';
import type { Page, SongFields, Tree, Song as View } from '../models/song.js';

export interface Song {
  other: boolean;
}

export interface Client {
  name: string;
}

@Controller()
export class SongController {
  @Action()
  list({ page }: { page?: number }): Page<View> {
    return { items: [], page: page ?? 1 };
  }

  @Action()
  save({ song, changes }: { song: SongFields; changes: Partial<SongFields> }): Song {
    return { other: song.title === changes.title };
  }

  @Action()
  tree(): Tree {
    return { label: 'root', children: [] };
  }

  @Action()
  numbers(): Page<number> {
    return { items: [1], page: 1 };
  }

  @Action()
  client(): Client {
    return { name: 'not the one of rocket-io' };
  }

  @Action()
  nested(): Nested {
    return [];
  }
}

export type Nested = (string | Nested)[];
