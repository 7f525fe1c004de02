import { Action, Controller } from 'rocket-io';

/**
 * A song as lists show it.
 *
 * @see Album
 */
export interface Song {
  /**
   * When it was written.
   *
   * @example 1971
   */
  year: number;
  /** @deprecated Nobody sorts by it any more. */
  rank?: number;
}

/** How to sort. */
export type Order = 'title' | 'year';

export interface SongClient {
  /**
   * Draws the list.
   *
   * @param args.songs as many as fit on a page
   * @param page from 1
   */
  index(args: { songs: Song[]; page: number }): void;
  /** @param given what was said */
  say(given: { text: string }): void;
}

/** All about songs. */
@Controller<SongClient>()
export class SongController {
  /**
   * Lists songs.
   *
   * @param query which ones
   * @param query.order by what
   * @returns as many as fit on a page
   * @throws NotFound where there is none: {@link Song}
   */
  @Action()
  list(query: { order: Order; page?: number }): Song[] {
    return query.page === 0 ? [] : [{ year: 1971 }];
  }

  /**
   * Shows one.
   *
   * @param id - which one
   * @param options.lang in which language
   * @deprecated Ask for the list.
   */
  @Action()
  show({ id }: { id: string; lang?: string }): void {
    void id;
  }
}
