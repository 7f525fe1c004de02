import { Action, Controller } from 'rocket-io';

export abstract class Record_ {
  static count = 0;
  readonly id: string = '';
  protected secret = 'x';
  private other = 1;
  #hidden = 2;
  declare created: Date;

  abstract describe(): string;

  get label(): string {
    return `${this.id}${this.other}${this.#hidden}`;
  }
}

export class Song extends Record_ {
  plays = 0n;
  readonly tags?: string[];
  constructor(
    public title: string,
    readonly year: number,
    private readonly path: string,
  ) {
    super();
  }

  describe(): string {
    return this.title + this.path;
  }

  handler = (): void => {};
}

export class Plain extends Record_ {
  describe(): string {
    return '';
  }
}

@Controller()
export class TestController {
  @Action()
  plain(): Plain {
    return new Plain();
  }

  @Action()
  song(): Pick<Song, 'id' | 'created' | 'label' | 'plays' | 'tags' | 'title' | 'year'> {
    return new Song('', 1, '');
  }
}
