/** A class of the app that only has the name of Node's. */
export interface Buffer {
  length: number;
}
