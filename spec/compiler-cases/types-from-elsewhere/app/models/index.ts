export type { Song } from './song.js';
export type { Other as Renamed } from './other.js';
export default interface Fallback {
  nothing: null;
}
