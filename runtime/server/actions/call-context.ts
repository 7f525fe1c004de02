import { AsyncLocalStorage } from 'node:async_hooks';
import type { CurrentUser } from '../delivery/current-user.js';

/** Whose call is running, followed through everything that the call awaits or leaves behind. */
export class CallContext {
  private readonly users = new AsyncLocalStorage<CurrentUser | undefined>();

  /** Calls `run(...args)` for `user`. Takes the arguments apart so that a call makes no closure. */
  run<Args extends unknown[], Result>(
    user: CurrentUser,
    run: (...args: Args) => Result,
    ...args: Args
  ): Result {
    return this.users.run(user, run, ...args);
  }

  /** Runs something on nobody's behalf, whoever's call it is that needs it done. */
  runForNobody<Result>(run: () => Result): Result {
    return this.users.run(undefined, run);
  }

  /** @throws Error outside a call */
  get user(): CurrentUser {
    const user = this.users.getStore();
    if (user === undefined) {
      throw new Error(
        'CurrentUser was asked for outside an action: nobody is calling. Ask for it in the constructor of a controller, or of what a controller is given; a singleton is nobody’s and cannot have it',
      );
    }
    return user;
  }
}
