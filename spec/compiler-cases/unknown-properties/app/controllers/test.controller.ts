import { Action, Controller } from 'rocket-io';

export interface Song {
  title: string;
  meta: { year: number };
  keyed: Record<`on-${string}`, string>;
  open: { id: string; [key: string]: string };
}

@Controller({ unknown: 'refuse' })
export class TestController {
  @Action()
  create({ song }: { song: Song }): void {
    void song;
  }

  @Action({ unknown: 'strip' })
  update({ song }: { song: Song }): void {
    void song;
  }
}
