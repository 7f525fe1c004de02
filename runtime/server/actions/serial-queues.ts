/**
 * Runs tasks of one key one after another, tasks of different keys side by side. A failure is the
 * failed task's alone. A key with nothing to do takes no memory.
 */
export class SerialQueues {
  /** The end of each queue: settles, never rejects, when all that was queued so far has ended. */
  private readonly tails = new Map<string, Promise<void>>();

  /** How many keys have something to do. */
  get size(): number {
    return this.tails.size;
  }

  /** @returns what the task returns */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(key);
    const result = before === undefined ? task() : before.then(task);
    const ended = () => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    };
    const tail: Promise<void> = result.then(ended, ended);
    this.tails.set(key, tail);
    return result;
  }
}
