import type { Redirect } from 'rocket-io';
import { Action, Conflict, Controller, CurrentUser, NotFound, redirect, Transmitter } from 'rocket-io';
import type { Song, SongFields, SongView } from '../models/song.js';
import { alreadyInLibrary, checkedSongFields } from '../models/song-fields.js';
import { SongRepository } from '../models/song-repository.js';

/** What the server may call on the browser's SongController. */
export interface SongClient {
  /** Draws a page: the list, one song, the form for a song (`null` for a new one). */
  index(args: { songs: SongView[] }): void;
  show(args: { song: SongView }): void;
  edit(args: { song: SongView | null }): void;

  /** Tells what somebody did, whatever page is open. */
  changed(args: { song: SongView }): void;
  deleted(args: { id: number; title: string }): void;
}

@Controller<SongClient>()
export class SongController {
  constructor(
    private readonly songs: SongRepository,
    private readonly currentUser: CurrentUser,
    private readonly transmitter: Transmitter,
  ) {}

  /** Draws the list of all songs. */
  @Action()
  async index(): Promise<void> {
    this.currentUser.transmit({ 'Song.index': { songs: await this.songs.all() } });
  }

  /** Draws one song. */
  @Action()
  async show({ id }: { id: number }): Promise<void> {
    this.currentUser.transmit({ 'Song.show': { song: await this.song(id) } });
  }

  /** Draws an empty form. */
  @Action()
  add(): void {
    this.currentUser.transmit({ 'Song.edit': { song: null } });
  }

  /** Draws the form for a song that is there. */
  @Action()
  async edit({ id }: { id: number }): Promise<void> {
    this.currentUser.transmit({ 'Song.edit': { song: await this.song(id) } });
  }

  @Action()
  async create({ song: typed }: { song: SongFields }): Promise<Redirect> {
    const fields = checkedSongFields(typed);
    const song = await this.songs.create(fields);
    if (song === 'taken') {
      throw alreadyInLibrary(fields);
    }
    await this.tellOthers(song);
    this.notice(`“${song.title}” is in the library.`);
    return redirect({ 'Song.show': { id: song.id } });
  }

  /** Saves what was typed over `version`. Whoever saves second is told, and decides. */
  @Action()
  async update(params: { id: number; version: number; song: SongFields }): Promise<Redirect> {
    const fields = checkedSongFields(params.song);
    const song = await this.songs.update(params.id, params.version, fields);
    if (song === 'taken') {
      throw alreadyInLibrary(fields);
    }
    if (song === 'changed') {
      this.currentUser.transmit({ 'Song.changed': { song: await this.song(params.id) } });
      throw new Conflict('Not saved yet: somebody else changed this song first');
    }
    await this.tellOthers(song);
    this.notice(`“${song.title}” was saved.`);
    return redirect({ 'Song.show': { id: song.id } });
  }

  @Action()
  async delete({ id }: { id: number }): Promise<Redirect> {
    const { title } = await this.song(id);
    if (await this.songs.delete(id)) {
      await this.others().transmit({ 'Song.deleted': { id, title } });
      this.notice(`“${title}” was deleted.`);
    }
    return redirect({ 'Song.index': null });
  }

  private async song(id: number): Promise<Song> {
    const song = await this.songs.find(id);
    if (song === null) {
      throw new NotFound('There is no such song, or it has been deleted');
    }
    return song;
  }

  private others() {
    return this.transmitter.toEveryone().except(this.currentUser);
  }

  private tellOthers(song: Song): Promise<void> {
    return this.others().transmit({ 'Song.changed': { song } });
  }

  private notice(msg: string): void {
    this.currentUser.transmit({ 'App.showMessage': { title: 'Done.', msg } });
  }
}
