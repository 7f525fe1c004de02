import { AsyncLocalStorage } from 'node:async_hooks';
import type { CurrentUser } from '../delivery/current-user.js';
import type { Call } from './call.js';

/** Which call is running, followed through everything that it awaits or leaves behind. */
export class CallContext {
  private readonly calls = new AsyncLocalStorage<Call | undefined>();

  /** Calls `run(...args)` for `call`. Takes the arguments apart so that a call makes no closure. */
  run<Args extends unknown[], Result>(call: Call, run: (...args: Args) => Result, ...args: Args): Result {
    const { trace } = call;
    if (trace === undefined) return this.calls.run(call, run, ...args);
    return trace.run(() => this.calls.run(call, run, ...args));
  }

  /** Runs something on nobody's behalf, whoever's call it is that needs it done. */
  runForNobody<Result>(run: () => Result): Result {
    return this.calls.run(undefined, run);
  }

  /** Nobody calls any more. Until then every promise of the process is asked whose it is. */
  stop(): void {
    this.calls.disable();
  }

  /** @throws Error outside a call */
  get user(): CurrentUser {
    return this.running('CurrentUser').user;
  }

  /** @throws Error outside a call */
  get call(): Call {
    return this.running('CurrentCall');
  }

  private running(wanted: string): Call {
    const call = this.calls.getStore();
    if (call === undefined) {
      throw new Error(
        `${wanted} was asked for outside an action: nobody is calling. Ask for it in the constructor of a controller, or of what a controller is given; a singleton is nobody’s and cannot have it`,
      );
    }
    return call;
  }
}
