/** Other files see the getter; JSON does not. */
export class Song {
  title = 'Blue';
  private secret = '';

  get length(): number {
    return this.title.length + this.secret.length;
  }
}

export interface Page<Item> {
  items: Item[];
}

interface Hidden {
  text: string;
}

export type { Hidden as Shown };

export interface Open {
  id: string;
  [key: string]: string;
}
