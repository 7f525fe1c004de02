import { Action, Controller } from 'rocket-io';

@Controller()
export class BenchController {
  @Action()
  echo({ text }: { text: string }): { text: string } {
    return { text };
  }
}
