// biome-ignore-all lint/suspicious/noThenProperty: it is the case.
// biome-ignore-all lint/suspicious/noDuplicateClassMembers: it is the case.
import { Action, Controller } from 'rocket-io';

const name = 'Computed';

export interface SongClient {
  rocket(args: { id: string }): void;
  Show(args: { id: string }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  then(): void {}

  @Action()
  toString(): string {
    return '';
  }

  @Action()
  __proto(): void {}

  @Action()
  Index(): void {}

  @Action()
  $show(): void {}

  @Action()
  twice(): void {}

  @Action()
  twice(): void {}
}

@Controller()
export class Songs {}

@Controller({ name: 'lower' })
export class LowerController {}

@Controller({ name })
export class ComputedController {}
