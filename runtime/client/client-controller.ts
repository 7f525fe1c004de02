/**
 * The class that client controllers extend, by way of the generated stub of their name. The server calls
 * their methods. There is one instance of each for the life of the client.
 *
 * @example
 * export class SongController extends SongClientController {
 *   index(args: Args<'Song.index'>): void {
 *     render('#content', templates.song.index(args));
 *   }
 * }
 */
export abstract class ClientController<Rocket = unknown> {
  /** The client: call the server with `this.rocket.Song.show({ id })`. */
  protected readonly rocket: Rocket;

  constructor(rocket: Rocket) {
    this.rocket = rocket;
  }
}
