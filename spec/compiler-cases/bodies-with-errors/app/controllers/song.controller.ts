import { Action, Controller } from 'rocket-io';
import { missing } from './not-there.js';

export interface SongClient {
  index(args: { songs: string[] }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  async index({ page }: { page: number }): Promise<number> {
    const text: string = page;
    return missing(text, undeclared);
  }
}
