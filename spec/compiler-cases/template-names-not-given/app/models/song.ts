export interface SongView { id: number; title: string; year: number | null; tags: string[]; kind: 'folk' | 'jazz'; at: Date }
export type Page = { of: 'song'; song: SongView } | { of: 'error'; message: string };
export interface Folder { name: string; inner: Folder[]; songs: SongView[] }
export interface Box<T> { value: T }
