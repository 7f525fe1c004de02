import { Action, Controller } from 'rocket-io';

export interface Patterns {
  song: `song-${string}`;
  numbered: `no. ${number}`;
  size: `${'small' | 'large'}-${1 | 2}`;
  loud: Uppercase<string>;
  quiet: `x${Lowercase<string>}`;
  name: Capitalize<string>;
  handler: Uncapitalize<string>;
  big: `${bigint}n`;
  special: `(${string})/[${string}]`;
  flag: `is-${boolean}`;
}

@Controller()
export class TestController {
  @Action()
  echo(params: Patterns): Patterns {
    return params;
  }
}
