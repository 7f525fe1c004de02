import { Action, Controller } from 'rocket-io';

export type Event =
  | { type: 'created'; song: { id: string } }
  | { type: 'moved' | 'renamed'; from: string; to: string }
  | Deleted;

export interface Deleted {
  type: 'deleted';
  hard: boolean;
}

export type Answer = { ok: true; value: Date } | { ok: false; problem: string };
export type Version = { v: 1; a: string } | { v: 2; b: string };

@Controller()
export class TestController {
  @Action()
  echo(params: {
    event: Event;
    answer: Answer;
    version: Version | null;
    list: Event[];
    either: { a: string } | { b: number } | { a: string; c: string };
    optional?: Answer;
    text: { kind: 'x'; x: 1 } | string;
  }): Answer {
    return params.answer;
  }

  @Action()
  whole(event: Event): void {
    void event;
  }
}
