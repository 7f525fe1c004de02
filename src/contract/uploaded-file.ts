/**
 * A file that a client sent along with a call. Clients give a `Blob`, of which a `File` is one.
 *
 * @example
 * @Action()
 * async create({ song }: { song: { title: string; file: UploadedFile } }): Promise<void> {
 *   await song.file.moveTo(`media/${song.title}.mp3`);
 * }
 */
export interface UploadedFile {
  /** The name that the person's machine gave it: never use it as a path. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The media type that the client named, such as `audio/mpeg`. */
  readonly type: string;
  /** Moves the file to where it shall stay. @param path absolute, or from the working directory */
  moveTo(path: string): Promise<void>;
  /** The content in pieces. */
  stream(): AsyncIterable<Uint8Array>;
  /** The content as a whole. */
  bytes(): Promise<Uint8Array>;
}
