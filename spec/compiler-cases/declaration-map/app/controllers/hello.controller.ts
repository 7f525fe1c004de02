import { Action, Controller, type CurrentUser } from 'rocket-io';

export interface HelloClient {
  /** Shows the greeting. */
  greet(args: { greeting: string }): void;
}

/** Says hello. */
@Controller<HelloClient>()
export class HelloController {
  constructor(private readonly currentUser: CurrentUser) {}

  /** Greets whoever gives a name. */
  @Action()
  async say({ name }: { name: string }): Promise<void> {
    await this.currentUser.transmit({ 'Hello.greet': { greeting: `Hello, ${name}!` } });
  }
}
