import { Action, Controller } from 'rocket-io';

@Controller()
export class TestController {
  @Action()
  echo(params: {
    byDay: Map<Date, Date[]>;
    days: Set<Date>;
    pairs: [Date, Date?][];
    open: { name: string; [key: string]: string };
    keyed: { [key: `on-${string}`]: Date };
  }): Map<string, Set<Date>> {
    void params;
    return new Map();
  }

  @Action()
  open(): { first: Date; [key: string]: Date } {
    return { first: new Date() };
  }
}
