import { Controller } from 'rocket-io';

export interface SongClient {
  index(args: { songs: { id: string; title: string; chosen: boolean }[] }): void;
}

@Controller<SongClient>()
export class SongController {}

@Controller<{ 'new'(args: { total: string }): void; add(args: { total: string }): void }>()
export class AdminSongListController {}
