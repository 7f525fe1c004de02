import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that a spec started, and all that it has printed. */
export interface Child {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams in the order in which they came. */
  output(): string;
  /**
   * Resolves with the match when the output contains `pattern`, at once when it already does.
   *
   * @throws with the whole output when the process ends or the time is up before that
   */
  printed(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** Sends the signal and resolves when the process is gone; at once when it is gone already. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export function startChild(command: string, args: readonly string[], options: SpawnOptions): Child {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const waiting = new Set<() => void>();
  let text = '';
  let failure: string | undefined;
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      wake();
    });
  }
  child.on('error', (error) => {
    failure = error.message;
    wake();
  });
  // 'close' comes after the last of the output, 'exit' may come before it.
  child.on('close', (code, signal) => {
    failure ??= `ended with ${signal ?? `code ${code}`}`;
    wake();
  });

  return {
    process: child,
    output: () => text,
    printed(pattern, timeoutMs) {
      return new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          act();
        };
        const give = (up: string) =>
          settle(() => reject(new Error(`${command} ${up} before it printed ${pattern}:\n${text}`)));
        const look = () => {
          const match = pattern.exec(text);
          if (match !== null) settle(() => resolve(match));
          else if (failure !== undefined) give(failure);
        };
        const timer = setTimeout(() => give(`ran for ${timeoutMs} ms`), timeoutMs);
        waiting.add(look);
        look();
      });
    },
    async end(signal) {
      if (child.pid === undefined || failure !== undefined) return;
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    },
  };
}
