import { Action, Controller } from 'rocket-io';

export type Shape = { at: Date; a?: string } | { at: string; b: number };

@Controller()
export class TestController {
  @Action()
  echo(params: {
    number: bigint | string;
    bytes: Uint8Array | string;
    literal: bigint | '12';
    set: Set<string> | string[];
    map: Map<string, string> | [string, string][];
    shape: Shape;
    buffers: Uint8Array | Date;
    deep: { inner: { list: bigint[] } } | { inner: { list: string[] } };
  }): void {
    void params;
  }

  @Action()
  fine(params: {
    date: Date | string;
    number: bigint | number;
    either: bigint | 'all' | Date | null;
    kinds: { kind: 'a'; value: Date } | { kind: 'b'; value: string };
    lists: { ids: string[] } | { ids: number[] };
    apart: { at: Date } | { on: string };
    same: { at: Date; a: string } | { at: Date | null; b: string };
  }): void {
    void params;
  }
}
