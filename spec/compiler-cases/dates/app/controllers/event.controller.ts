import { Action, Controller } from 'rocket-io';

export interface Meeting {
  title: string;
  at: Date;
  reminders: Date[];
  byDay: Record<string, Date>;
  moved?: Date | null;
  span: [Date, Date, ...Date[]];
  follows?: Meeting;
}

export interface Plain {
  title: string;
}

export interface EventClient {
  show(args: { meeting: Meeting; note: string }): void;
  plain(args: { plain: Plain }): void;
  news(args: { item: { kind: 'date'; at: Date } | { kind: 'text'; at: string } }): void;
}

@Controller<EventClient>()
export class EventController {
  @Action()
  next(): Date {
    return new Date();
  }

  @Action()
  all({ since }: { since?: Date }): Meeting[] {
    void since;
    return [];
  }

  @Action()
  plain(): Plain {
    return { title: 'no date' };
  }

  @Action()
  either(): string | Date | null {
    return null;
  }
}
