import { Action as Callable, Controller as Wire } from 'rocket-io';
import { Action } from '../models/other.js';

@Wire()
export class AliasedController {
  @Callable()
  go_there(): void {}

  @Action()
  notOurs(): void {}
}
