import { Action, Controller } from 'rocket-io';

export interface SongClient {
  index(args: { songs: { id: string; title: string; chosen: boolean }[] }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  show({ id }: { id: string }): void {
    void id;
  }
}

export interface AdminSongListClient {
  'new'(args: { title: string; year: number; song: { title: string }; count: number; total: string }): void;
  add(args: { total: string }): void;
}

@Controller<AdminSongListClient>()
export class AdminSongListController {}
