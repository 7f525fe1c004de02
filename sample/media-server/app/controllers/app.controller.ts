import { Action, Controller, CurrentUser } from 'rocket-io';
import { databaseName } from '../models/database.js';
import { SongRepository } from '../models/song-repository.js';

/** What the server may call on the page as a whole. */
export interface AppClient {
  about(args: { songs: number; database: string }): void;
  showMessage(args: { title: string; msg: string }): void;
}

@Controller<AppClient>()
export class AppController {
  constructor(
    private readonly songs: SongRepository,
    private readonly currentUser: CurrentUser,
  ) {}

  /** Draws the About page. */
  @Action()
  async about(): Promise<void> {
    const songs = await this.songs.count();
    this.currentUser.transmit({ 'App.about': { songs, database: databaseName } });
  }
}
