import { Action, Controller } from 'rocket-io';

export interface PlainClient {
  clear(): void;
  empty(args: Record<never, string>): void;
}

@Controller<PlainClient>()
export class PlainController {
  @Action()
  none(): void {}

  @Action()
  empty(_params: Record<never, string>): void {}

  @Action()
  optional({ page = 1 }: { page?: number } = {}): number {
    return page;
  }

  @Action()
  maybe(params?: { page?: number }): number {
    return params?.page ?? 1;
  }

  notAnAction(value: bigint): bigint {
    return value;
  }
}
