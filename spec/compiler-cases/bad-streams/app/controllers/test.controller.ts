import { Action, Controller } from 'rocket-io';

@Controller()
export class TestController {
  @Action()
  *numbers(): Generator<number> {
    yield 1;
  }

  @Action()
  either(): AsyncIterable<string> | string {
    return '';
  }

  @Action()
  within(): { rows: AsyncGenerator<string> } {
    return { rows: names() };
  }

  @Action()
  async *functions(): AsyncGenerator<() => void> {
    yield () => {};
  }

  @Action()
  async *perhaps(): AsyncGenerator<string, string | undefined> {
    yield '';
    return undefined;
  }
}

async function* names() {
  yield 'a';
}
