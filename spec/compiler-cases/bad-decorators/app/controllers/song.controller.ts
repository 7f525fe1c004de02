// biome-ignore-all lint/correctness/noUnusedPrivateClassMembers: it is the case.
import { Action, Controller } from 'rocket-io';

@Controller()
export class SongController {
  @Action()
  static all(): void {}

  @Action()
  private hidden(): void {}

  @Action()
  protected half(): void {}

  @Action()
  #secret(): void {}

  @Action()
  get title(): string {
    return '';
  }

  @Action()
  field = 1;

  @Action()
  'two words'(): void {}

  @Action
  uncalled(): void {}
}

export class BaseController {
  @Action()
  inherited(): void {}
}

@Controller
export class UncalledController {}
