import { Action, Controller } from 'rocket-io';

export interface Tree {
  name: string;
  children: Tree[];
}

export interface Album {
  title: string;
  songs: Song[];
}

export interface Song {
  album: Album | null;
  next?: Song;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type List<Item> = { head: Item; tail: List<Item> } | null;

export class Folder {
  parent: Folder | null = null;
  created = new Date();
  inside = new Map<string, Folder>();
}

@Controller()
export class TestController {
  @Action()
  tree(params: { tree: Tree; json: Json; list: List<string> }): Tree {
    return params.tree;
  }

  @Action()
  album(): Album {
    return { title: '', songs: [] };
  }

  @Action()
  folder(): Folder {
    return new Folder();
  }
}
