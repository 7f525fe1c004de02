import { Action, Controller } from 'rocket-io';

/**
 * What the client shows.
 */
export interface SongClient {
  /**
   * Shows the list.
   *
   * All of it.
   */
  index(args: {
    /** Newest first. */
    songs: string[];
  }): void;
}

/** Everything about songs. *\/ and an attempt to end a comment. */
@Controller<SongClient>()
export class SongController {
  /**
   * Lists songs.
   *
   * @param page counted from one
   */
  @Action()
  index({ page }: { /** From 1. */ page?: number }): void {
    void page;
  }
}
