import { Action, Controller } from 'rocket-io';

import type * as models from '../models/index.js';
import type { Renamed, default as Default } from '../models/index.js';

@Controller()
export class TestController {
  @Action()
  echo(params: { song: models.Song; renamed: Renamed; other: import('../models/other.js').Song; fallback: Default }): void {
    void params;
  }
}
