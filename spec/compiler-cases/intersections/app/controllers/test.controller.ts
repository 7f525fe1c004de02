import { Action, Controller } from 'rocket-io';

export interface Named {
  name: string;
}

export interface Dated {
  at: Date;
}

export type SongId = string & { readonly __brand: 'SongId' };
export type Cents = number & { readonly [unit]: 'cents' };

declare const unit: unique symbol;

@Controller()
export class TestController {
  @Action()
  echo(params: {
    id: SongId;
    price: Cents;
    both: Named & Dated;
    more: Named & { extra: { deep: Dated } };
    distributed: Named & ({ kind: 'a'; a: string } | { kind: 'b'; b: number });
    open: 'auto' | (string & {});
    deep: { inner: { a: string } } & { inner: { b: number } };
    ids: SongId[];
  }): Named & { id: SongId } {
    return { name: '', id: params.id };
  }
}
