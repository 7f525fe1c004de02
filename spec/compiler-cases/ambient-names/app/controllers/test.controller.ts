import { Action, Controller } from 'rocket-io';

/** Names that the generated declarations use themselves. */
export interface Stream {
  id: string;
}

export interface Map {
  id: number;
}

export interface Blob {
  name: string;
}

export interface TestActions {
  own: boolean;
}

@Controller()
export class TestController {
  @Action()
  async *echo(params: { stream: Stream; map: Map; blob: Blob; actions: TestActions }): AsyncGenerator<Stream> {
    yield params.stream;
  }
}
