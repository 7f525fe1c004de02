/**
 * The promise of a call. One that is rejected while nobody listens does not become an unhandled rejection,
 * which would end a Node process: it is handed to `unheard`.
 */
export class Reply {
  readonly promise: Promise<unknown>;
  private readonly heard: HeardPromise;
  private readonly settleWith: Settle;

  constructor(private readonly unheard: (error: Error) => void) {
    let settle: Settle | undefined;
    this.heard = new HeardPromise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.settleWith = settle as unknown as Settle;
    this.promise = this.heard;
    Promise.prototype.then.call(this.heard, undefined, () => {});
  }

  resolve(value: unknown): void {
    this.settleWith.resolve(value);
  }

  reject(error: Error): void {
    this.settleWith.reject(error);
    // `await` calls `then` one microtask after the call was made; a call that fails at once must leave it that time.
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (!this.heard.isHeard) this.unheard(error);
      }),
    );
  }
}

interface Settle {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Knows whether anybody has called `then`. Being a subclass is what makes `await` call it, too. */
class HeardPromise extends Promise<unknown> {
  isHeard?: true;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise is what this is.
  override then<Value = unknown, Failure = never>(
    fulfilled?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    rejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    this.isHeard = true;
    return super.then(fulfilled, rejected);
  }
}
