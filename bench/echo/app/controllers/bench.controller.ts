import { Action, Controller } from 'rocket-io';

export interface BenchClient {
  told(args: { text: string }): void;
}

@Controller<BenchClient>()
export class BenchController {
  @Action()
  echo({ text }: { text: string }): { text: string } {
    return { text };
  }
}
