import { Action, Controller } from 'rocket-io';

export enum Color {
  Red = 'red',
  Blue = 'blue',
}

export enum Level {
  Low,
  High = 10,
}

export interface Everything {
  text: string;
  count: number;
  flag: boolean;
  nothing: null;
  always: true;
  size: 'small' | 'large';
  answer: 42;
  color: Color;
  one: Color.Red;
  level: Level;
  list: string[];
  frozen: readonly number[];
  rows: string[][];
  pair: [string, number];
  path: [number, ...string[]];
  byName: Record<string, number>;
  byKey: { [key: string]: Date };
  fixed: Record<'a' | 'b', boolean>;
  at: Date;
  anything: unknown;
  maybe?: string;
  orUndefined: string | undefined;
  orNull: number | null;
  maybeNull?: boolean | null;
  mixed: string | number | 'auto';
  'with-dash': number;
  constructor: string;
  id: string & { readonly brand: 'Id' };
  inner: { deep: { deeper: string } };
}

@Controller()
export class TypeController {
  @Action()
  echo(params: Everything): Everything {
    return params;
  }
}
