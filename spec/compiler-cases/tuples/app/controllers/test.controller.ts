import { Action, Controller } from 'rocket-io';

@Controller()
export class TestController {
  @Action()
  echo(params: {
    pair: [string, number];
    named: [x: number, y: number];
    optional: [string, number?, boolean?];
    onlyOptional: [string?];
    rest: [string, ...number[]];
    both: [string, number?, ...boolean[]];
    all: [...string[]];
    nested: [[number, number], (string | null)?];
    frozen: readonly [string, Date];
    nothing: [];
  }): [Date, bigint?] {
    void params;
    return [new Date()];
  }
}
