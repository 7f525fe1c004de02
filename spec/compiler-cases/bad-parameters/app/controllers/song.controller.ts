import { Action, Controller } from 'rocket-io';

@Controller()
export class SongController {
  @Action()
  two(id: string, title: string): void {
    void [id, title];
  }

  @Action()
  rest(...ids: string[]): void {
    void ids;
  }

  @Action()
  untyped({ id }): void {
    void id;
  }

  @Action()
  optional(params?: { id: string }): void {
    void params;
  }

  @Action()
  initialized(id = 'one'): void {
    void id;
  }
}
