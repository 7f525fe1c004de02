export interface Song {
  id: string;
  title: string;
  artist: string;
}

export type SongFields = Omit<Song, 'id'>;

export interface Page<Item> {
  items: Item[];
  page: number;
}

export interface Tree {
  label: string;
  parent?: Tree;
  children: Tree[];
}
