import { Action, Controller, CurrentUser } from 'rocket-io';

/** What the server calls in the browser. */
export interface HelloClient {
  greeting(args: { text: string }): void;
}

/** What the browser calls on the server. */
@Controller<HelloClient>()
export class HelloController {
  constructor(private readonly currentUser: CurrentUser) {}

  @Action()
  greet({ name }: { name: string }): void {
    this.currentUser.transmit({ 'Hello.greeting': { text: `O hai, ${name}!` } });
  }
}
