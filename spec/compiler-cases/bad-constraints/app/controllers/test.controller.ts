import { Action, Controller } from 'rocket-io';
import type { Email, Integer, Max, MaxLength, Min, MinItems, MinLength, MultipleOf, Pattern } from 'rocket-io';

export interface Wrong {
  number: number & MinLength<1>;
  text: string & Min<1>;
  flag: boolean & Integer;
  list: string[] & MaxLength<1>;
  object: { id: string } & MinLength<1>;
  alone: MinLength<1>;
  open: string & MinLength<number>;
  half: string & MinLength<1.5>;
  broken: string & Pattern<'[a-'>;
  none: string & MinLength<5> & MaxLength<3>;
  zero: number & MultipleOf<0>;
  steps: number & MultipleOf<2> & MultipleOf<3>;
  items: string & MinItems<1>;
  date: Date & Email;
  limits: number & Min<3> & Max<2>;
}

@Controller()
export class TestController {
  @Action()
  take(wrong: Wrong): void {
    void wrong;
  }
}
