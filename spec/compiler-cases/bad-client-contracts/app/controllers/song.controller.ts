import { Controller } from 'rocket-io';

export interface SongClient {
  title: string;
  two(a: string, b: string): void;
  answers(args: { id: string }): string;
  later?(args: { id: string }): void;
  twice(args: { id: string }): void;
  twice(args: { title: string }): void;
  fine(args: { id: string }): void;
}

@Controller<SongClient>()
export class SongController {}

@Controller<string>()
export class TextController {}

@Controller<string[]>()
export class ListController {}

@Controller<{ new (args: { id: string }): NewSong }>()
export class NewController {}

export type NewSong = undefined;
