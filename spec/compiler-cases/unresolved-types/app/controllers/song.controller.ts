import { Action, Controller } from 'rocket-io';
import type { Gone, Known, Missing } from '../models/song.js';
import type { Elsewhere } from './nowhere.js';

export interface SongClient {
  show(args: { song: SongVeiw }): void;
}

export interface SongView {
  id: string;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  one({ song }: { song: SongViev }): void {
    void song;
  }

  @Action()
  two({ song, known }: { song: Missing; known: Known }): Gone[] {
    return [song, known];
  }

  @Action()
  three(song: Elsewhere): void {
    void song;
  }
}

@Controller<OtherClient>()
export class OtherController {}
