/** A song. */
export interface Song {
  title: string;
}
