import { Action, Controller } from 'rocket-io';

export enum Color {
  Red = 'red',
  Blue = 'blue',
}

export enum Level {
  Low,
  Middle,
  High = 10,
}

export const enum Direction {
  Up = 'up',
  Down = 'down',
}

export enum Mixed {
  No = 0,
  Yes = 'yes',
}

export enum Computed {
  First = 'abc'.length,
  Second = 1 << 1,
}

export enum Single {
  Only = 'only',
}

export const sizes = { small: 's', large: 'l' } as const;
export type Size = (typeof sizes)[keyof typeof sizes];

@Controller()
export class TestController {
  @Action()
  echo(params: {
    color: Color;
    level: Level;
    direction: Direction;
    mixed: Mixed;
    computed: Computed;
    single: Single;
    size: Size;
    red: Color.Red;
    some: Color.Blue | Level.High;
    perhaps?: Color | null;
    byColor: Record<Color, number>;
  }): void {
    void params;
  }
}
