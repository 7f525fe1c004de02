import { Action, Controller, type Redirect, redirect } from 'rocket-io';

interface Song {
  id: string;
}

@Controller()
export class TestController {
  @Action() nothing(): void {}
  @Action() async later(): Promise<void> {}
  @Action() async value(): Promise<Song> {
    return { id: '' };
  }
  @Action() orNull(): Song | null {
    return null;
  }
  @Action() redirected(): Redirect {
    return redirect({});
  }
  @Action() perhaps(): void | Redirect {}
  @Action() async either(): Promise<Redirect | { ok: boolean }> {
    return { ok: true };
  }
  @Action() inferred() {
    return { list: [1, 2], first: 'a' as const, flag: Math.random() > 0.5 };
  }
  @Action() async nested(): Promise<Promise<string>> {
    return '';
  }
  @Action() mixed(): Promise<string> | number {
    return 1;
  }
  @Action() endless(): never {
    throw new Error('never');
  }
  @Action() literal() {
    return 'done' as const;
  }
}
