import { Action, Controller } from 'rocket-io';

const unknown = 'refuse';

@Controller({ unknown: 'keep' })
export class TestController {
  @Action({ unknown })
  create({ id }: { id: string }): void {
    void id;
  }

  @Action({ unknown: 'refuse' })
  update({ id }: { id: string }): void {
    void id;
  }
}
