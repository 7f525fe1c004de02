import { Action, Controller } from 'rocket-io';

export interface Values {
  a?: string;
  b: string | undefined;
  c?: string | undefined;
  d: string | null;
  e?: string | null;
  f: string | null | undefined;
  g?: never;
  h: null;
  i?: null;
  j?: unknown;
  k?: boolean;
  l?: ('x' | 'y')[];
}

export interface TestClient {
  show(args?: { id: string }): void;
  hide(): void;
  clear(args: {}): void;
  reset(args: undefined): void;
  stop(args: void): void;
}

@Controller<TestClient>()
export class TestController {
  @Action()
  echo(values: Values): Values {
    return values;
  }

  @Action()
  page({ page = 1 }: { page?: number } = {}): void {
    void page;
  }

  @Action()
  nothing(_params: {}): null {
    return null;
  }
}
