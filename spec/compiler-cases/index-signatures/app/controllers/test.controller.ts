import { Action, Controller } from 'rocket-io';

export interface Settings {
  theme: string;
  size?: string;
  [key: string]: string | undefined;
}

@Controller()
export class TestController {
  @Action()
  echo(params: {
    settings: Settings;
    mixed: { count: number; [key: string]: number | string };
    byNumber: Record<number, string>;
    byPattern: Record<`song-${number}`, boolean>;
    perhaps: Record<string, number | undefined>;
    empty: Record<string, never>;
    nested: Record<string, Record<string, string[]>>;
    named: { id: string } & { [key: `data-${string}`]: string };
  }): void {
    void params;
  }
}
