import type { Html } from 'rocket-io/client';
import { render } from 'rocket-io/client';
import type { Args, SongView } from '#rocket/client';
import { SongClientController } from '#rocket/client';
import { templates } from '#rocket/templates';
import { content, redraw, shownAddress, showPage } from './page.js';

export class SongController extends SongClientController {
  /** What the list shows, while it is open. */
  private songs: SongView[] = [];

  index({ songs }: Args<'Song.index'>): void {
    this.songs = inOrder(songs);
    showPage({ address: '#/songs', title: 'Songs', html: templates.song.index({ songs: this.songs }) });
  }

  show(args: Args<'Song.show'>): void {
    const { id, title } = args.song;
    showPage({ address: `#/songs/${id}`, title, html: templates.song.show(args) });
  }

  edit(args: Args<'Song.edit'>): void {
    const { song } = args;
    const address = song === null ? '#/songs/new' : `#/songs/${song.id}/edit`;
    const title = song === null ? 'Add a song' : `Edit ${song.title}`;
    showPage({ address, title, html: templates.song.edit(args) });
  }

  /** Somebody created or saved a song: show it where it can be seen, and leave open forms alone. */
  changed(args: Args<'Song.changed'>): void {
    const { song } = args;
    switch (shownAddress()) {
      case '#/songs':
        this.redrawList([...this.songs.filter(({ id }) => id !== song.id), song]);
        content().querySelector(`#song-${song.id}`)?.classList.add('is-new');
        break;
      case `#/songs/${song.id}`:
        redraw(templates.song.show(args));
        break;
      case `#/songs/${song.id}/edit`:
        showNews(templates.song.changed(args));
        break;
    }
  }

  /** Somebody deleted a song. */
  deleted(args: Args<'Song.deleted'>): void {
    switch (shownAddress()) {
      case '#/songs':
        this.redrawList(this.songs.filter(({ id }) => id !== args.id));
        break;
      case `#/songs/${args.id}`: {
        const title = `“${args.title}” is gone`;
        redraw(templates.app.problem({ title, message: 'Somebody has just deleted this song.' }));
        break;
      }
      case `#/songs/${args.id}/edit`:
        showNews(templates.song.deleted(args));
        break;
    }
  }

  private redrawList(songs: SongView[]): void {
    this.songs = inOrder(songs);
    redraw(templates.song.index({ songs: this.songs }));
  }
}

/** What others did to the song in the form: beside what is typed, never over it. */
function showNews(html: Html): void {
  render('#news', html);
  content().querySelector('#news')?.scrollIntoView({ block: 'nearest' });
}

function inOrder(songs: readonly SongView[]): SongView[] {
  return [...songs].sort((a, b) => a.title.localeCompare(b.title) || a.artist.localeCompare(b.artist));
}
