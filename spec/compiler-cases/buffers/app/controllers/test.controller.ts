import { Action, Controller } from 'rocket-io';

import type { Buffer } from './buffer.js';

@Controller()
export class TestController {
  @Action()
  take({ text }: { text: Buffer }): void {
    void text;
  }
}
