import { Action, Controller } from 'rocket-io';

export interface Song {
  readonly id: string;
  /** What it is called. */
  title: string;
  year?: number;
  at: Date;
}

type Nullable<Of> = { [Key in keyof Of]: Of[Key] | null };
type Prefixed<Of> = { [Key in keyof Of & string as `song_${Key}`]: Of[Key] };
type WithoutDates<Of> = { [Key in keyof Of as Of[Key] extends Date ? never : Key]: Of[Key] };
type Mutable<Of> = { -readonly [Key in keyof Of]-?: Of[Key] };

@Controller()
export class TestController {
  @Action()
  echo(params: {
    picked: Pick<Song, 'id' | 'title'>;
    omitted: Omit<Song, 'at'>;
    partial: Partial<Song>;
    required: Required<Song>;
    frozen: Readonly<Song>;
    byName: Record<'first' | 'last', Song>;
    nullable: Nullable<Pick<Song, 'title' | 'year'>>;
    prefixed: Prefixed<Song>;
    without: WithoutDates<Song>;
    mutable: Mutable<Song>;
    both: Partial<Pick<Song, 'title'>> & Omit<Song, 'title'>;
  }): void {
    void params;
  }
}
