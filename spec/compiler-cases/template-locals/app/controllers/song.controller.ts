import { Action, Controller } from 'rocket-io';
import type { Folder, Page, SongView } from '../models/song.js';
export interface SongFields { title: string; year: number | null; tags: string[]; parts: { name: string; seconds: number }[] }
export interface SongClient {
  index(args: { songs: SongView[]; byId: Record<string, SongView>; labels: { folk: string; jazz: string } }): void;
  page(args: Page): void;
  tree(args: { root: Folder }): void;
  edit(args: { song: SongView | null; action: 'Song.create' | 'Song.update' }): void;
}
@Controller<SongClient>()
export class SongController {
  @Action() index(): void {}
  @Action() search({ text }: { text?: string }): void { void text; }
  @Action() show({ id }: { id: number }): void { void id; }
  @Action() create({ song }: { song: SongFields }): void { void song; }
  @Action() update({ id, song }: { id: number; song: SongFields }): void { void id; void song; }
}
