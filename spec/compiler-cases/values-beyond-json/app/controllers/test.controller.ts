import { Action, Controller } from 'rocket-io';

export interface Holding {
  plays: bigint;
  cover: Uint8Array;
  whole: ArrayBuffer;
  byYear: Map<number, string[]>;
  tags: Set<string>;
  perhaps: bigint | null;
  left?: Uint8Array;
  counts: bigint[];
}

export interface TestClient {
  show(args: { holding: Holding; frozen: ReadonlyMap<string, ReadonlySet<bigint>> }): void;
  plain(args: { text: string }): void;
}

@Controller<TestClient>()
export class TestController {
  @Action()
  echo(holding: Holding): Holding {
    return holding;
  }

  @Action()
  total(): bigint {
    return 1n;
  }

  @Action()
  plain({ text }: { text: string }): string {
    return text;
  }
}
