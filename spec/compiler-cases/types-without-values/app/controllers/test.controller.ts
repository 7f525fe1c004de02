import { Action, Controller } from 'rocket-io';

export class Secret {
  private readonly key = 'x';
  reveal(): string {
    return this.key;
  }
}

export class Service {
  run(): void {}
}

export interface Wrong {
  never: never;
  empty: {};
  anything: {} | null;
  secret: Secret;
  service: Service;
  ctor: typeof Secret;
  weak: WeakMap<object, string>;
  reference: WeakRef<object>;
  iterator: Iterable<string>;
  method: Function;
  wrapped: String;
  object: Object;
  error: Error;
  unique: typeof unique;
  single: 5n;
  keyed: Record<symbol, string>;
  several: { [key: string]: string | number; [key: number]: string };
  moving: [...string[], number];
  elements: (() => void)[];
  byName: Map<string, () => void>;
  keys: Set<symbol>;
  view: DataView;
  shared: SharedArrayBuffer;
  floats: Float32Array;
}

export const unique: unique symbol = Symbol('unique');

@Controller()
export class TestController {
  @Action()
  take(wrong: Wrong): void {
    void wrong;
  }

  @Action()
  result(): {} {
    return {};
  }

  @Action()
  generic<Value>({ value }: { value: Value }): Value {
    return value;
  }

  @Action()
  keyed<Key extends string>({ value }: { value: Record<Key, string> }): void {
    void value;
  }
}
