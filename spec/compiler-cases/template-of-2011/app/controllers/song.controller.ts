import { Action, Controller } from 'rocket-io';

export interface SongView {
  _id: number;
  title: string;
  artist?: string;
  lyrics: string;
  favourite: boolean;
}

export interface SongClient {
  index(args: { songs: SongView[] }): void;
  show(args: { song: SongView }): void;
  edit(args: { song: SongView; errors: { field: string; message: string }[] }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  index(): void {}

  @Action()
  show({ _id }: { _id: number }): void {
    void _id;
  }

  @Action()
  new(): void {}

  @Action()
  edit({ _id }: { _id: number }): void {
    void _id;
  }

  @Action()
  update({ song }: { song: SongView }): void {
    void song;
  }
}
