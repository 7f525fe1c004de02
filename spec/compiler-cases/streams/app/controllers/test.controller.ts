import { Action, Controller } from 'rocket-io';

import type { Summary } from '../models/summary.js';

export interface Row {
  id: string;
  at: Date;
}

@Controller()
export class TestController {
  /** Every row, then how many there were. */
  @Action()
  async *list({ year }: { year?: number }): AsyncGenerator<Row, Summary> {
    void year;
    yield { id: '1', at: new Date() };
    return { total: 1n };
  }

  @Action()
  async *numbers() {
    yield 1;
  }

  @Action()
  forwarded(): AsyncIterable<string> {
    return names();
  }

  @Action()
  async later(): Promise<AsyncIterableIterator<bigint>> {
    return counts();
  }

  @Action()
  once(): string {
    return '';
  }
}

async function* names() {
  yield 'a';
}

async function* counts() {
  yield 1n;
}
