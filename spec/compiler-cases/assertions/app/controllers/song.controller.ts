import { Action, Controller, type UploadedFile } from 'rocket-io';
import type { Open, Page, Shown, Song } from '../models/song.js';

interface Unseen {
  show(args: { song: Song }): void;
}

/** Two controllers of one file, one of them its default export. */
@Controller<Unseen>({ name: 'Track' })
export default class extends Object {
  @Action()
  play({ id }: { id: string }): void {
    void id;
  }

  helper(): void {}
}

export interface SongClient {
  show(args: { song: Song; note?: string }): void;
  list(args: Page<string>): void;
  clear(): void;
}

@Controller<SongClient>()
export class SongController {
  readonly title = 'Songs';

  @Action()
  show(params: { hidden: Shown; open: Open; page?: number }): Song {
    return params.page as unknown as Song;
  }

  @Action()
  upload({ file }: { file: UploadedFile }): void {
    void file;
  }

  other(name: string): string;
  other(name: number): number;
  other(name: string | number): string | number {
    return name;
  }

  many(params: { id: string }): void;
  many(params: { id: number }): void;
  @Action()
  many(params: { id: string | number }): void {
    void params;
  }
}
