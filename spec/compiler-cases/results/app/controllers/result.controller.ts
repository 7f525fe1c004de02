import { Action, Controller, type Redirect, redirect } from 'rocket-io';

@Controller()
export class ResultController {
  @Action()
  nothing(): void {}

  @Action()
  async later(): Promise<void> {}

  @Action()
  async value(): Promise<{ id: string }> {
    return { id: '1' };
  }

  @Action()
  async orNull(): Promise<string | null> {
    return null;
  }

  @Action()
  away(): Redirect {
    return redirect({ 'Result.nothing': '' });
  }

  @Action()
  async inferredRedirect() {
    return redirect({ 'Result.nothing': '' });
  }

  @Action()
  async perhaps(): Promise<Redirect | { saved: boolean }> {
    return { saved: true };
  }

  @Action()
  async perhapsNothing(): Promise<Redirect | undefined> {
    return undefined;
  }

  @Action()
  inferred() {
    return { count: 1, names: ['a'], fixed: 'x' as const };
  }

  @Action()
  fails(): never {
    throw new Error('always');
  }
}
